import { expect, test } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import {
  type Caller,
  call,
  callerOf,
  expectProblem,
  signInAs,
} from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { makeUser, PASSWORD, type User } from '../support/worker/people.ts';
import { ORIGIN } from '../support/worker/registry-client.ts';

const EVIL = 'https://evil.test';

/** Headers that a browser sends with the cookie when another site makes the request. */
const FOREIGN: Record<string, Caller> = {
  'another site': { origin: EVIL, 'sec-fetch-site': 'cross-site' },
  'another site, in an old browser': { origin: EVIL },
  'another host of the same domain': { origin: ORIGIN, 'sec-fetch-site': 'same-site' },
  'a sandboxed frame': { origin: 'null' },
  'another port': { origin: `${ORIGIN}:8080` },
  'another scheme': { origin: ORIGIN.replace('http:', 'https:') },
  'an address that was typed': { 'sec-fetch-site': 'none' },
  'who does not say where from': {},
};

const OWN: Record<string, Caller> = {
  'our pages': { origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
  'our pages behind a proxy that ends TLS': {
    origin: ORIGIN.replace('http:', 'https:'),
    'sec-fetch-site': 'same-origin',
  },
  'our pages in an old browser': { origin: ORIGIN },
};

const makeBody = () => ({ name: 'made', rights: ['read'] });

async function makeSignedIn(): Promise<{ user: User; cookie: Caller }> {
  const user = await makeUser();
  const { cookie = '' } = await signInAs(user);
  return { user, cookie: { cookie } };
}

const countTokens = async ({ id }: User) =>
  (await query('SELECT id FROM access_tokens WHERE user_id = ?', id)).length;

test.each(Object.entries(FOREIGN))(
  'a change with the cookie is refused from %s',
  async (_, headers) => {
    const { user, cookie } = await makeSignedIn();
    const caller = { ...cookie, ...headers };
    const made = await call(caller, 'POST', '/account/tokens', makeBody());
    expectProblem(made, 403, 'cross-site');
    expectProblem(await call(caller, 'DELETE', '/session'), 403, 'cross-site');
    expect(await countTokens(user)).toBe(0);
    expect((await call(cookie, 'GET', '/session')).status).toBe(200);
  },
);

test.each(Object.entries(OWN))('a change with the cookie is made for %s', async (_, headers) => {
  const { user, cookie } = await makeSignedIn();
  const made = await call({ ...cookie, ...headers }, 'POST', '/account/tokens', makeBody());
  expect(made.status).toBe(201);
  expect(await countTokens(user)).toBe(1);
});

test('a stale cookie does not get around it', async () => {
  const { user, cookie } = await makeSignedIn();
  await query('DELETE FROM sessions WHERE user_id = ?', user.id);
  const caller = { ...cookie, ...FOREIGN['another site'] };
  const body = { username: user.name, password: PASSWORD };
  expectProblem(await call(caller, 'POST', '/session', body), 403, 'cross-site');
});

test('another site cannot sign a browser in', async () => {
  const { name } = await makeUser();
  const body = { username: name, password: PASSWORD };
  for (const foreign of ['another site', 'another site, in an old browser', 'a sandboxed frame']) {
    const answer = await call(FOREIGN[foreign] as Caller, 'POST', '/session', body);
    expectProblem(answer, 403, 'cross-site');
    expect(answer.headers.get('set-cookie')).toBeNull();
  }
  expect((await call({}, 'POST', '/session', body)).status).toBe(200);
});

test('Basic and Bearer need no origin: no browser adds them by itself', async () => {
  const { user, cookie } = await makeSignedIn();
  const foreign = FOREIGN['another site'] as Caller;
  const headers = { ...callerOf(user.authorization), ...foreign };
  expect((await call(headers, 'POST', '/account/tokens', makeBody())).status).toBe(201);
  const { secret } = await makeToken({ ...cookie, origin: ORIGIN });
  const bearer = { authorization: `Bearer ${secret}`, ...foreign };
  expect((await call(bearer, 'GET', '/session')).status).toBe(200);
  expectProblem(await call(bearer, 'POST', '/account/tokens', makeBody()), 403, 'denied');
});

test('a read needs the cookie alone, and its answer allows no other site', async () => {
  const { cookie } = await makeSignedIn();
  const answer = await call({ ...cookie, ...FOREIGN['another site'] }, 'GET', '/session');
  expect(answer.status).toBe(200);
  const allowing = [...answer.headers.keys()].filter((name) => name.startsWith('access-control'));
  expect(allowing).toEqual([]);
});
