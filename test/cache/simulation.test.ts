/** The simulation keeps the documented rules, on which the other tests here rely. */
import { exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { anything } from '../support/workers-cache/anything.ts';
import { resetSimulation, simulation } from '../support/workers-cache/simulation.ts';

const { Anything } = exports as unknown as {
  Anything: Fetcher & ((options: { props: unknown }) => Fetcher);
};

const CACHED = { 'cache-control': 'public, max-age=60' };
const TEXT = 'all of the answer';

let path = '';

const ask = async (init: RequestInit & { cf?: object } = {}, url = `https://a.test${path}`) => {
  const response = await Anything.fetch(url, init as never);
  const status = response.headers.get('cf-cache-status');
  return { status: response.status, cache: status, text: await response.text(), response };
};

const answers = (headers: Record<string, string>, status = 200) => {
  anything.answer = () => new Response(TEXT, { status, headers });
};

beforeEach(() => {
  resetSimulation();
  anything.runs.length = 0;
  path = `/${crypto.randomUUID()}`;
  answers(CACHED);
});

test('an answer is stored, and the Worker runs once for every host, token and method', async () => {
  expect(await ask()).toMatchObject({ status: 200, cache: 'MISS', text: TEXT });
  expect(await ask()).toMatchObject({ status: 200, cache: 'HIT', text: TEXT });
  expect(await ask({}, `https://b.test${path}`)).toMatchObject({ cache: 'HIT' });
  expect(await ask({ headers: { authorization: 'Bearer x' } })).toMatchObject({ cache: 'HIT' });
  expect(await ask({ method: 'HEAD' })).toMatchObject({ cache: 'HIT', text: '' });
  expect(anything.runs).toHaveLength(1);
});

test('query, props, version, keys of the caller and misleading headers divide it', async () => {
  await ask();
  expect(await ask({}, `https://a.test${path}?a=1`)).toMatchObject({ cache: 'MISS' });
  expect(await ask({ headers: { 'x-forwarded-host': 'b' } })).toMatchObject({ cache: 'MISS' });
  expect(await ask({ cf: { cacheKey: path } })).toMatchObject({ cache: 'HIT' });
  expect(await ask({ cf: { cacheKey: `${path}-other` } })).toMatchObject({ cache: 'MISS' });
  simulation.version = 'second';
  expect(await ask()).toMatchObject({ cache: 'HIT' });
  simulation.crossVersion = false;
  expect(await ask()).toMatchObject({ cache: 'MISS' });
});

test.each([
  ['no-store', { 'cache-control': 'no-store' }, 200],
  ['private', { 'cache-control': 'private, max-age=60' }, 200],
  ['a cookie', { ...CACHED, 'set-cookie': 'a=b' }, 200],
  ['Vary: *', { ...CACHED, vary: '*' }, 200],
  ['206', CACHED, 206],
  ['524', CACHED, 524],
  ['500 without Cache-Control', {}, 500],
  ['more than 512 MB', { ...CACHED, 'x-length': '512000001' }, 200],
])('%s is not stored', async (_, headers, status) => {
  answers(headers, status);
  if ('x-length' in headers) {
    anything.answer = () =>
      new Response(new ReadableStream(), { headers: { ...CACHED, 'content-length': '512000001' } });
    const response = await Anything.fetch(`https://a.test${path}`);
    expect(response.headers.get('cf-cache-status')).toBe('BYPASS');
    await response.body?.cancel();
    return;
  }
  await ask();
  await ask();
  expect(anything.runs).toHaveLength(2);
});

test.each([200, 404, 410])('%i without Cache-Control is stored all the same', async (status) => {
  answers({}, status);
  await ask();
  expect(await ask()).toMatchObject({ status, cache: 'HIT' });
});

test('with Authorization only what says that it is public is stored', async () => {
  const headers = { authorization: 'Bearer x' };
  answers({ 'cache-control': 'max-age=60' });
  await ask({ headers });
  expect(await ask({ headers })).toMatchObject({ cache: 'BYPASS' });
  answers(CACHED);
  await ask({ headers });
  expect(await ask({ headers })).toMatchObject({ cache: 'HIT' });
});

test('ranges are cut out of the whole, which is fetched for them', async () => {
  const range = { headers: { range: 'bytes=4-5' } };
  expect(await ask(range)).toMatchObject({ status: 206, cache: 'MISS', text: TEXT.slice(4, 6) });
  expect(await ask(range)).toMatchObject({ status: 206, cache: 'HIT', text: TEXT.slice(4, 6) });
  expect(await ask({ headers: { range: 'bytes=100-' } })).toMatchObject({ status: 416 });
  expect(anything.runs).toEqual([{ method: 'GET', range: null }]);
});

test('a HEAD of what is not there fetches the whole', async () => {
  expect(await ask({ method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  expect(await ask()).toMatchObject({ cache: 'HIT', text: TEXT });
  expect(anything.runs).toEqual([{ method: 'GET', range: null }]);
});

test('Vary makes a variant of each value', async () => {
  answers({ ...CACHED, vary: 'accept' });
  await ask({ headers: { accept: 'a' } });
  expect(await ask({ headers: { accept: 'b' } })).toMatchObject({ cache: 'MISS' });
  expect(await ask({ headers: { accept: 'a' } })).toMatchObject({ cache: 'HIT' });
});

describe('requests at the same time', () => {
  const burst = () => Promise.all(Array.from({ length: 5 }, () => ask()));

  test('run the Worker once', async () => {
    expect(new Set((await burst()).map(({ text }) => text))).toEqual(new Set([TEXT]));
    expect(anything.runs).toHaveLength(1);
  });

  test('each run it where nothing may be stored', async () => {
    answers({ 'cache-control': 'no-store' });
    await burst();
    expect(anything.runs).toHaveLength(5);
  });
});

test('a far client fills its own tier from the upper one', async () => {
  await ask();
  simulation.place = 'far';
  expect((await ask()).text).toBe(TEXT);
  expect(await ask()).toMatchObject({ cache: 'HIT' });
  expect(anything.runs).toHaveLength(1);
});
