import { afterEach, expect, test, vi } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { askToken, dockerLogin, refresh } from '../support/worker/docker-login.ts';
import { countingDatabase, fixedLimit, sendTo } from '../support/worker/limited.ts';
import { makePlace, makeUser, PASSWORD } from '../support/worker/people.ts';
import { basic, bearer, expectFault, send, type Who } from '../support/worker/registry-client.ts';
import { later } from './support/later.ts';
import { signInFrom } from './support/sessions.ts';

let last = 0;

/** An address that nothing else in this file uses. */
const newAddress = () => `203.0.113.${++last}`;
const from = (address: string) => ({ 'cf-connecting-ip': address });
const at = (who: Who, address: string, path = '/v2/') =>
  send(who, 'GET', path, { headers: from(address) });

const foreign = () => bearer(unique('a-token-of-another-registry'));

afterEach(() => {
  vi.restoreAllMocks();
});

/** Shows wrong tokens from an address until it is refused; answers how many were answered 401. */
async function exhaust(address: string | (() => string)): Promise<number> {
  for (let wrong = 0; wrong < 700; wrong++) {
    const { status } = await at(foreign(), typeof address === 'string' ? address : address());
    if (status === 429) return wrong;
    expect(status).toBe(401);
  }
  throw new Error('700 wrong tokens in a row were not refused');
}

test('after 300 foreign tokens in a minute an address is refused, and another is not', async () => {
  const address = newAddress();
  // A new minute may begin while it tries.
  const wrong = await exhaust(address);
  expect(wrong).toBeGreaterThanOrEqual(300);
  expect(wrong).toBeLessThan(600);
  const refused = await at(foreign(), address);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  await expectFault(refused, 429, 'TOOMANYREQUESTS');
  await expectFault(await at(foreign(), newAddress()), 401, 'UNAUTHORIZED');
});

test('a refused address costs no hash and no query, whatever it shows', async () => {
  const address = newAddress();
  const { name } = await makeUser();
  await exhaust(address);
  const counting = countingDatabase();
  const headers = from(address);
  const json = { 'content-type': 'application/json', ...headers };
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  const body = { username: name, password: 'a wrong password' };
  const tries: [Who, string, string, { headers: Record<string, string>; body?: string }][] = [
    [basic(name, 'a wrong password'), 'GET', '/v2/', { headers }],
    [basic(name, 'a wrong password'), 'GET', '/v2/token', { headers }],
    [basic('project-1', 'orp_wrong'), 'GET', '/v2/token', { headers }],
    [foreign(), 'GET', '/v2/a/b/manifests/latest', { headers }],
    [basic(name, 'a wrong password'), 'GET', '/api/v1/session', { headers }],
    [bearer('orlop_wrong'), 'GET', '/api/v1/session', { headers }],
    [null, 'POST', '/api/v1/session', { headers: json, body: JSON.stringify(body) }],
    [null, 'GET', '/api/v1/session', { headers: { ...headers, cookie: 'orlop=ses_wrong' } }],
    [
      null,
      'POST',
      '/v2/token',
      {
        headers: form,
        body: new URLSearchParams({ grant_type: 'password', ...body }).toString(),
      },
    ],
    [
      null,
      'POST',
      '/v2/token',
      {
        headers: form,
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }).toString(),
      },
    ],
  ];
  for (const [who, method, path, init] of tries) {
    const { status } = await sendTo({ DB: counting.DB }, who, method, path, init);
    expect([method, path, status]).toEqual([method, path, 429]);
  }
  expect(counting.statements).toBe(0);
});

test('every kind of wrong secret counts, by the network of the client', async () => {
  const limit = fixedLimit(1000);
  const ask = (who: Who, path: string, init = {}) =>
    sendTo({ FAILED_SIGN_INS: limit }, who, 'GET', path, {
      headers: { ...from('2001:db8:1:2:3::4'), ...init },
    });
  await ask(basic(unique('nobody'), 'a wrong password'), '/v2/');
  await ask(basic('project-1', 'orp_wrong'), '/v2/token');
  await ask(foreign(), '/v2/');
  await ask(bearer('orlop_wrong'), '/api/v1/session');
  await ask(null, '/api/v1/session', { cookie: 'orlop=ses_wrong' });
  expect(limit.keys).toEqual(Array(5).fill('2001:db8:1:2::/64'));
});

test('an IPv6 client is its /64', async () => {
  let host = 0;
  await exhaust(() => `2001:db8:a:b::${(++host).toString(16)}`);
  expect((await at(foreign(), '2001:db8:a:b:ffff::1')).status).toBe(429);
  expect((await at(foreign(), '2001:db8:a:c::1')).status).toBe(401);
});

test('whoever is already working at a refused address continues', async () => {
  const address = newAddress();
  const { workspace, developer } = await makePlace();
  const { name, authorization } = await makeUser();
  const browser = await signInFrom(name, address);
  const { secret } = await makeToken(browser);
  const token = (await dockerLogin(developer, `${workspace}/app`)).header;
  const secrets = [authorization, basic(name, secret), developer];
  for (const who of secrets) expect((await at(who, address)).status).toBe(200);
  await exhaust(address);
  for (const who of secrets) {
    expect((await at(who, address)).status).toBe(200);
    expect((await askToken(who, `repository:${workspace}/app:pull`, from(address))).status).toBe(
      200,
    );
  }
  expect((await at(token, address, `/v2/${workspace}/app/tags/list`)).status).toBe(404);
  const session = await send(null, 'GET', '/api/v1/session', {
    headers: { ...browser, ...from(address) },
  });
  expect(session.status).toBe(200);
});

test('what was right until now and is wrong is refused like anything else', async () => {
  const address = newAddress();
  const { name } = await makeUser();
  const { secret } = await makeToken(await signInFrom(name, address));
  expect((await at(basic(name, secret), address)).status).toBe(200);
  await exhaust(address);
  await query('UPDATE access_tokens SET revoked_at = 1');
  expect((await at(basic(name, secret), address)).status).toBe(429);
  const counting = countingDatabase();
  const again = await sendTo({ DB: counting.DB }, basic(name, secret), 'GET', '/v2/', {
    headers: from(address),
  });
  expect([again.status, counting.statements]).toEqual([429, 0]);
});

test('the plain 401 challenge is never counted or refused', async () => {
  const address = newAddress();
  await exhaust(address);
  const limit = fixedLimit(0);
  for (const path of ['/v2/', '/v2/a/b/manifests/latest', '/v2/_catalog']) {
    expect((await at(null, address, path)).status).toBe(401);
    expect((await sendTo({ FAILED_SIGN_INS: limit }, null, 'GET', path)).status).toBe(401);
  }
  expect(limit.keys).toEqual([]);
});

test('a token of ours that has expired is no failure: every client shows its last one', async () => {
  const { header, identity } = await dockerLogin((await makeUser()).authorization, 'a/b');
  const limit = fixedLimit(0);
  await later(91 * 24 * 60 * 60, async () => {
    const answer = await sendTo({ FAILED_SIGN_INS: limit }, header, 'GET', '/v2/');
    expect(answer.status).toBe(401);
    expect((await refresh(identity)).status).toBe(401);
  });
  expect(limit.keys).toEqual([]);
});

test('right passwords are not counted, however many sign in', async () => {
  const limit = fixedLimit(0);
  for (let i = 0; i < 3; i++) {
    const { authorization } = await makeUser();
    const answer = await sendTo({ FAILED_SIGN_INS: limit }, authorization, 'GET', '/v2/', {
      headers: from(newAddress()),
    });
    expect(answer.status).toBe(200);
  }
  expect(limit.keys).toEqual([]);
});

test('after the ten seconds it was told, a refused address may try again', async () => {
  const address = newAddress();
  const { authorization } = await makeUser();
  const limit = fixedLimit(0);
  const ask = (who: Who) =>
    sendTo({ FAILED_SIGN_INS: limit }, who, 'GET', '/v2/', { headers: from(address) });
  const refused = await ask(foreign());
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
  expect((await ask(authorization)).status).toBe(429);
  await later(11, async () => {
    expect((await ask(authorization)).status).toBe(200);
  });
});

test.each([
  ['missing', undefined],
  ['failing', { limit: () => Promise.reject(new Error('away')) }],
])('a rate limit that is %s limits nothing', async (_, limit) => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const address = newAddress();
  const { name, authorization } = await makeUser();
  const ask = (who: Who) =>
    sendTo({ FAILED_SIGN_INS: limit }, who, 'GET', '/v2/', { headers: from(address) });
  expect((await ask(foreign())).status).toBe(401);
  expect((await ask(basic(name, `not ${PASSWORD}`))).status).toBe(401);
  expect((await ask(authorization)).status).toBe(200);
});

test('who has to wait for the guesses of others is no failure of the network', async () => {
  const address = newAddress();
  const { name, authorization } = await makeUser();
  expect((await at(authorization, address)).status).toBe(200);
  // Another isolate has counted them.
  await query(
    `INSERT INTO sign_in_failures (subject, failures, last_at) VALUES (?1, 50, ?2)
      ON CONFLICT DO UPDATE SET failures = 50, last_at = ?2`,
    `familiar:${name}:${address}`,
    Date.now(),
  );
  const limit = fixedLimit(0);
  const waiting = await sendTo({ FAILED_SIGN_INS: limit }, authorization, 'GET', '/v2/', {
    headers: from(address),
  });
  expect([waiting.status, limit.keys]).toEqual([429, []]);
});
