import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { afterAMinute } from '../auth/support/later.ts';
import { call, expectAnswer, makeAdmin } from '../support/worker/api-client.ts';
import { UNKNOWN_DIGEST } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { countingDatabase, fixedLimit, sendTo } from '../support/worker/limited.ts';
import { makePlace, makeUser } from '../support/worker/people.ts';
import { type PushedImage, pushImage } from '../support/worker/push.ts';
import { ADMIN, bearer, type Fault, send } from '../support/worker/registry-client.ts';
import { storeAnonymousPull } from '../support/worker/settings.ts';
import { getToken } from '../support/worker/token-service.ts';

const NODE = { 'cf-connecting-ip': '2001:db8:5:6:7::8' };
const NETWORK = '2001:db8:5:6::/64';

let open: string;
let image: PushedImage;
let developer: string;

beforeAll(async () => {
  const place = await makePlace('public');
  developer = place.developer;
  open = `${place.workspace}/app`;
  image = await pushImage(open, 'v1');
});

beforeEach(async () => {
  await storeAnonymousPull('true');
});

afterEach(() => {
  vi.useRealTimers();
});

const byTag = () => [
  ['GET', `/v2/token?service=x&scope=repository:${open}:pull`],
  ['GET', `/v2/${open}/manifests/v1`],
  ['HEAD', `/v2/${open}/manifests/v1`],
];

const byDigest = () => [
  ['GET', `/v2/${open}/manifests/${image.digest}`],
  ['HEAD', `/v2/${open}/manifests/${image.digest}`],
  ['GET', `/v2/${open}/blobs/${image.config.digest}`],
  ['HEAD', `/v2/${open}/blobs/${image.config.digest}`],
  ['GET', `/v2/${open}/referrers/${image.digest}`],
];

/** What an anonymous client shows. */
const anonymous = async () => bearer((await getToken(null, `scope=repository:${open}:pull`)).token);

const faultOf = async (response: Response) =>
  ((await response.json()) as { errors: Fault[] }).errors[0];

test('anonymous tokens and manifests by tag are counted by network, then answered 503', async () => {
  const who = await anonymous();
  const limit = fixedLimit(3);
  const ask = (method: string, path: string) =>
    sendTo({ ANONYMOUS_PULLS: limit }, path.startsWith('/v2/token') ? null : who, method, path, {
      headers: NODE,
    });
  for (const [method = '', path = ''] of byTag()) {
    expect([path, (await ask(method, path)).status]).toEqual([path, 200]);
  }
  expect(limit.keys).toEqual(Array(3).fill(NETWORK));
  for (const [method = '', path = ''] of byTag()) {
    const refused = await ask(method, path);
    expect([path, refused.status, refused.headers.get('retry-after')]).toEqual([path, 503, '10']);
    if (method === 'GET') expect(await faultOf(refused)).toMatchObject({ code: 'UNAVAILABLE' });
  }
});

test('a pull that has begun finishes: blobs and reads by digest are never counted', async () => {
  const limit = fixedLimit(0);
  const who = await anonymous();
  for (const [method = '', path = ''] of byDigest()) {
    const answer = await sendTo({ ANONYMOUS_PULLS: limit }, who, method, path, { headers: NODE });
    expect([path, answer.status]).toEqual([path, 200]);
  }
  expect(limit.keys).toEqual([]);
});

test('who signs in is not counted among anonymous pulls', async () => {
  const limit = fixedLimit(0);
  const { authorization } = await makeUser();
  const { token } = await getToken(authorization, `scope=repository:${open}:pull`);
  for (const who of [authorization, bearer(token)]) {
    const path = `/v2/${open}/manifests/v1`;
    const answer = await sendTo({ ANONYMOUS_PULLS: limit }, who, 'GET', path, { headers: NODE });
    expect(answer.status).toBe(200);
  }
  const path = '/v2/token?service=x';
  expect((await sendTo({ ANONYMOUS_PULLS: limit }, authorization, 'GET', path)).status).toBe(200);
  expect(limit.keys).toEqual([]);
});

test('twenty nodes behind one address pull an image of ten layers at once', async () => {
  const repository = `${open}-big`;
  const layers = Array.from({ length: 10 }, (_, n) => new TextEncoder().encode(`layer ${n}`));
  const big = await pushImage(repository, 'v1', { layers });
  const headers = { 'cf-connecting-ip': '198.51.100.7' };
  const pull = async () => {
    const challenge = await send(null, 'GET', '/v2/', { headers });
    const path = `/v2/token?service=x&scope=repository:${repository}:pull`;
    const { token } = (await (await send(null, 'GET', path, { headers })).json()) as {
      token: string;
    };
    const statuses = [challenge.status];
    for (const [method, at] of [
      ['HEAD', 'manifests/v1'],
      ['GET', `manifests/${big.digest}`],
      ...[big.config, ...big.layers].map(({ digest }) => ['GET', `blobs/${digest}`]),
    ] as [string, string][]) {
      const answer = await send(bearer(token), method, `/v2/${repository}/${at}`, { headers });
      await answer.arrayBuffer();
      statuses.push(answer.status);
    }
    return statuses;
  };
  const nodes = await Promise.all(Array.from({ length: 20 }, pull));
  for (const statuses of nodes) expect(statuses).toEqual([401, ...Array(13).fill(200)]);
});

test('a client that shows nothing hears 401 without a query, whether anonymous pull is on or off', async () => {
  const counting = countingDatabase();
  for (const value of ['true', 'false']) {
    await storeAnonymousPull(value);
    for (const [method = '', path = ''] of byDigest()) {
      const answer = await sendTo({ DB: counting.DB }, null, method, path);
      expect([path, answer.status]).toEqual([path, 401]);
    }
  }
  expect(counting.statements).toBe(0);
});

test('while anonymous pull is off, anonymous requests cost no query', async () => {
  await storeAnonymousPull('false');
  const token = await anonymous();
  expect((await send(token, 'GET', `/v2/${open}/manifests/v1`)).status).toBe(401);
  const counting = countingDatabase();
  const limit = fixedLimit(0);
  const ask = (method: string, path: string, who: string | null) =>
    sendTo({ DB: counting.DB, ANONYMOUS_PULLS: limit }, who, method, path, { headers: NODE });
  const [, ...manifests] = byTag();
  for (const who of [null, token]) {
    for (const [method = '', path = ''] of [
      ...manifests,
      ...byDigest(),
      ['GET', `/v2/${open}/tags/list`],
      ['GET', `/v2/no-such/image/manifests/v1`],
      ['POST', `/v2/${open}/blobs/uploads/`],
    ]) {
      expect([path, (await ask(method, path, who)).status]).toEqual([path, 401]);
    }
  }
  const asked = await ask('GET', `/v2/token?service=x&scope=repository:${open}:pull`, null);
  expect(await asked.json()).toMatchObject({ scope: '' });
  const [workspace] = open.split('/');
  expect((await ask('GET', `/api/v1/workspaces/${workspace}/images/app`, null)).status).toBe(401);
  expect(counting.statements).toBe(0);
  expect(limit.keys).toEqual([]);
});

test('that it is off is learned from requests for what does not exist, too', async () => {
  await storeAnonymousPull('false');
  const token = await anonymous();
  expect((await send(token, 'GET', '/v2/no-such/image/manifests/v1')).status).toBe(401);
  const counting = countingDatabase();
  const path = '/v2/no-such/image/manifests/v2';
  expect((await sendTo({ DB: counting.DB }, token, 'GET', path)).status).toBe(401);
  expect(counting.statements).toBe(0);
});

test('switching it on is there at once here, and within a minute in every other isolate', async () => {
  const token = await anonymous();
  await storeAnonymousPull('false');
  const path = `/v2/${open}/manifests/v1`;
  expect((await send(token, 'GET', path)).status).toBe(401);
  const on = { anonymousPull: true };
  expectAnswer(await call(await makeAdmin(), 'PATCH', '/settings', on), 200);
  expect((await send(token, 'GET', path)).status).toBe(200);
  await storeAnonymousPull('false');
  expect((await send(token, 'GET', path)).status).toBe(401);
  await query("UPDATE settings SET value = 'true' WHERE name = 'anonymousPull'");
  expect((await send(token, 'GET', path)).status).toBe(401);
  await afterAMinute(async () => expect((await send(token, 'GET', path)).status).toBe(200));
});

test('beginning uploads is counted by principal; mounts are not', async () => {
  const limit = fixedLimit(1000);
  const begin = (who: string, query = '') =>
    sendTo({ NEW_UPLOADS: limit }, who, 'POST', `/v2/${open}/blobs/uploads/${query}`);
  expect((await begin(developer)).status).toBe(202);
  expect((await begin(ADMIN)).status).toBe(202);
  expect((await begin(developer, `?mount=${image.config.digest}&from=${open}`)).status).toBe(201);
  expect((await begin(developer, `?mount=${UNKNOWN_DIGEST}&from=${open}`)).status).toBe(202);
  const [one, two, three] = limit.keys;
  expect([one, two]).toEqual([expect.stringMatching(/^project:\d+$/), 'user:1']);
  expect([three, limit.keys.length]).toEqual([one, 3]);
});

/** Lets a request that waits a second at a time come to its end. */
async function passSeconds<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) await vi.advanceTimersByTimeAsync(1000);
  return await over;
}

test('over the limit an upload waits for its turn, asking each second', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let asked = 0;
  const limit = { limit: async () => ({ success: ++asked > 7 }) };
  const path = `/v2/${open}/blobs/uploads/`;
  const answer = await passSeconds(sendTo({ NEW_UPLOADS: limit }, developer, 'POST', path));
  expect([answer.status, asked]).toEqual([202, 8]);
});

test('an upload whose turn does not come within ten seconds is 503 with Retry-After', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const limit = fixedLimit(0);
  const path = `/v2/${open}/blobs/uploads/`;
  const answer = await passSeconds(sendTo({ NEW_UPLOADS: limit }, developer, 'POST', path));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  expect(await faultOf(answer)).toMatchObject({ code: 'UNAVAILABLE' });
  expect(limit.keys.length).toBe(11);
});

test.each([
  ['missing', undefined],
  ['failing', { limit: () => Promise.reject(new Error('away')) }],
])('rate limits that are %s limit nothing', async (_, limit) => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const without = { NEW_UPLOADS: limit, ANONYMOUS_PULLS: limit };
  const begun = await sendTo(without, developer, 'POST', `/v2/${open}/blobs/uploads/`);
  expect(begun.status).toBe(202);
  const path = `/v2/${open}/manifests/v1`;
  expect((await sendTo(without, await anonymous(), 'GET', path)).status).toBe(200);
  expect(log.mock.calls.length).toBe(limit ? 2 : 0);
  log.mockRestore();
});
