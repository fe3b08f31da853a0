/** What a request may send as its body, on every route of the API and at /v2/token. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { API_ENDPOINTS } from '../../src/api/routes.ts';
import { type Caller, call, expectAnswer, makeAdmin } from '../support/worker/api-client.ts';
import { sendTo } from '../support/worker/limited.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { ORIGIN, send } from '../support/worker/registry-client.ts';

const KIB = 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

interface Contract {
  readonly request?: { readonly body?: unknown };
}

const takesBody = Object.entries(API_ENDPOINTS).filter(
  ([, { contract }]) => (contract as Contract).request?.body !== undefined,
);

let admin: Caller;
let values: Record<string, string | number>;

beforeAll(async () => {
  admin = await makeAdmin();
  const projectId = await makeProject();
  const workspace = await makeWorkspace(projectId);
  await pushImage(`${workspace}/app`, 'v1');
  await pushImage(`${workspace}/gone`, 'v1');
  const path = `/workspaces/${workspace}/images/gone`;
  const { trashId } = expectAnswer(await call<{ trashId: string }>(admin, 'DELETE', path), 200);
  const { id: userId } = await makeUser({ [projectId]: 'viewer' });
  values = { projectId, workspace, image: 'app', tag: 'v1', trashId, userId, departmentId: 1 };
});

afterEach(() => void vi.useRealTimers());

const fill = (path: string) =>
  `/api/v1${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]))}`;

/** An endless body; `sent` is the number of its bytes that were read. */
function endless(piece: Uint8Array) {
  const counter = { sent: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        counter.sent += piece.length;
        controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
  return { counter, stream };
}

async function expectTooLarge(response: Response): Promise<void> {
  const problem = await response.json();
  expect(problem).toMatchObject({ status: 413, code: 'size-invalid' });
  expect(response.headers.get('content-type')).toBe('application/problem+json');
}

describe.each(takesBody)('%s', (_, { method, path, access }) => {
  const request = (body: ReadableStream, headers = {}) =>
    send(null, method.toUpperCase(), fill(path), {
      headers: { ...(access === 'open' ? {} : admin), ...JSON_TYPE, ...headers },
      body,
    });

  test('stops reading a body without a length at the limit', async () => {
    const { counter, stream } = endless(new Uint8Array(32 * KIB).fill(32));
    await expectTooLarge(await request(stream));
    expect(counter.sent).toBeLessThan(2 * 512 * KIB);
  });

  test('refuses a body of a declared length over the limit before reading it', async () => {
    const { counter, stream } = endless(new Uint8Array(32 * KIB).fill(32));
    const { readable, writable } = new FixedLengthStream(300_000_000);
    stream.pipeTo(writable).catch(() => {});
    await expectTooLarge(await request(readable));
    // A piece waits in the stream, and the next one before it: no one has read.
    expect(counter.sent).toBeLessThanOrEqual(64 * KIB);
  });
});

test('a sign-in takes 8 KiB, other calls 64 KiB, a description 512 KiB', async () => {
  const status = async (who: Caller, method: string, path: string, size: number) => {
    const body = `{"x":"${'a'.repeat(size)}"}`;
    const response = await send(null, method, fill(path), {
      headers: { ...who, ...JSON_TYPE },
      body,
    });
    return response.status;
  };
  const origin = { origin: ORIGIN };
  expect(await status(origin, 'POST', '/session', 8 * KIB - 8)).toBe(400);
  expect(await status(origin, 'POST', '/session', 8 * KIB)).toBe(413);
  expect(await status(admin, 'POST', '/projects', 64 * KIB - 8)).toBe(400);
  expect(await status(admin, 'POST', '/projects', 64 * KIB)).toBe(413);
  const image = '/workspaces/{workspace}/images/{image}';
  expect(await status(admin, 'PATCH', image, 512 * KIB - 8)).toBe(400);
  expect(await status(admin, 'PATCH', image, 512 * KIB)).toBe(413);
});

test('a description of 64 KiB fits, however its JSON is written', async () => {
  const description = '\u0001'.repeat(64 * KIB);
  const path = `/workspaces/${values.workspace}/images/app`;
  const { etag } = await call(admin, 'GET', path).then(({ headers }) => ({
    etag: headers.get('etag'),
  }));
  const headers = etag === null ? {} : { 'if-match': etag };
  expectAnswer(await call(admin, 'PATCH', path, { description }, headers), 200);
});

/** A body of which `first` comes, and nothing more. */
function silent(first: string): ReadableStream {
  const { readable, writable } = new IdentityTransformStream();
  writable
    .getWriter()
    .write(new TextEncoder().encode(first))
    .catch(() => {});
  return readable;
}

describe.each([
  ['/api/v1/session', 'application/json', '{"username":'],
  ['/v2/token', 'application/x-www-form-urlencoded', 'grant_type='],
])('a body at %s', (path, type, first) => {
  test('that brings nothing for a minute has ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let answer: Response | undefined;
    const headers = { 'content-type': type, origin: ORIGIN };
    const sent = sendTo({}, null, 'POST', path, { headers, body: silent(first) });
    sent.then((response) => {
      answer = response;
    });
    for (let second = 0; second < 100 && !answer; second++) await vi.advanceTimersByTimeAsync(1000);
    const response = await sent;
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('slowly'),
    ]);
  });
});

test('a body that trickles ends after a minute, too', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const start = Date.now();
  let pieces = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pieces++;
      vi.setSystemTime(start + pieces * 5000);
      controller.enqueue(new Uint8Array([32]));
    },
  });
  const headers = { ...JSON_TYPE, origin: ORIGIN };
  const response = await send(null, 'POST', '/api/v1/session', { headers, body });
  expect(response.status).toBe(400);
  expect(pieces).toBeLessThan(20);
  expect(await response.text()).toContain('slowly');
});
