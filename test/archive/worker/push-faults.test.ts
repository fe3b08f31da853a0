import { expect, test } from 'vitest';
import type { PushState } from '../../../src/archive/push/push-state.ts';
import { tarOf } from '../../support/clients/tar.ts';
import { unique } from '../../support/worker/content.ts';
import { tagDigest } from '../../support/worker/push.ts';
import { ADMIN, send } from '../../support/worker/registry-client.ts';
import { layerOf } from '../support/content.ts';
import { oldSave } from '../support/docker-save.ts';
import { imageNode, layoutOfOne } from '../support/layout.ts';
import { type Connection, connect, type Disturb, pushArchive } from './support/registry.ts';

const CHUNK = 64 * 1024;
const SIZE = 5 * CHUNK;

const plain = () => tarOf(oldSave({ tags: [], layers: [layerOf(unique('plain'), SIZE)] }));
const packed = () => tarOf(layoutOfOne(imageNode([layerOf(unique('packed'), SIZE)])));
const kinds = [
  ['uncompressed layers', plain],
  ['compressed layers', packed],
] as const;

const fresh = () => `library/${unique('faults')}`;
const broken = (): never => {
  throw new TypeError('fetch failed');
};

/** Disturbs the nth request of a method, counting from one. */
function nth(method: string, n: number, disturb: Disturb): Disturb {
  let count = 0;
  return (request) => (request.method === method && ++count === n ? disturb(request) : undefined);
}

/** The digest of an undisturbed push. */
async function undisturbed(archive: Uint8Array): Promise<string> {
  return (await pushArchive(archive, fresh(), connect())).digest;
}

async function expectPush(
  archive: Uint8Array,
  connection: Connection,
  options: Parameters<typeof pushArchive>[3] = {},
) {
  const repository = fresh();
  const { digest } = await pushArchive(archive, repository, connection, {
    chunkBytes: CHUNK,
    ...options,
  });
  expect(await tagDigest(repository, 'v1')).toBe(digest);
  expect(digest).toBe(await undisturbed(archive));
}

test.each(kinds)('a connection lost in the middle of a chunk: %s', async (_, make) => {
  const connection = connect(
    nth('PATCH', 3, async ({ body, pass }) => {
      await pass(body.subarray(0, 1000));
      return broken();
    }),
  );
  await expectPush(make(), connection);
  const sizes = connection.uploaded();
  expect(sizes).toContain(CHUNK - 1000);
});

test.each(kinds)('the response to a chunk is lost: %s', async (_, make) => {
  const disturb = nth('PATCH', 2, async ({ pass }) => {
    await pass();
    return broken();
  });
  await expectPush(make(), connect(disturb));
});

test.each(kinds)('the response to the last PUT is lost: %s', async (_, make) => {
  const disturb = nth('PUT', 1, async ({ pass }) => {
    await pass();
    return broken();
  });
  await expectPush(make(), connect(disturb));
});

test.each(kinds)('the registry loses bytes that it had confirmed: %s', async (_, make) => {
  // The second chunk is confirmed, but never reaches the registry.
  const disturb = nth('PATCH', 2, ({ path }) => {
    return new Response(null, { status: 202, headers: { location: path } });
  });
  await expectPush(make(), connect(disturb));
});

test.each(kinds)('the registry loses the upload: %s', async (_, make) => {
  const disturb = nth('PATCH', 3, async ({ path }) => {
    await send(ADMIN, 'DELETE', path);
    return undefined;
  });
  await expectPush(make(), connect(disturb));
});

test('an upload that is lost again and again fails', async () => {
  const disturb: Disturb = ({ method }) =>
    method === 'PATCH' ? new Response(null, { status: 404 }) : undefined;
  await expect(expectPush(plain(), connect(disturb))).rejects.toMatchObject({
    code: 'UPLOAD_LOST',
  });
});

test.each([503, 429, 524])('a single response of %i is retried', async (status) => {
  const answer = () => new Response('busy', { status, headers: { 'retry-after': '0' } });
  const methods = ['HEAD', 'POST', 'PATCH', 'PUT'].map((method) => nth(method, 1, answer));
  const disturb: Disturb = async (request) => {
    for (const one of methods) {
      const answer = await one(request);
      if (answer) return answer;
    }
    return undefined;
  };
  await expectPush(packed(), connect(disturb));
});

test('a push to an unreachable registry fails and gives the reason', async () => {
  await expect(expectPush(packed(), connect(broken))).rejects.toMatchObject({
    code: 'CONNECTION_LOST',
    detail: { attempts: 4, reason: 'fetch failed' },
  });
});

test.each(kinds)('a proxy that refuses large bodies gets smaller ones: %s', async (_, make) => {
  const limit = 1_200_000;
  const layer = layerOf(unique('limit'), 5_000_000);
  const archive = tarOf(
    make === plain ? oldSave({ tags: [], layers: [layer] }) : layoutOfOne(imageNode([layer])),
  );
  const page = '<html><head><title>413 Payload Too Large</title></head></html>';
  const disturb: Disturb = ({ body }) =>
    body.length > limit
      ? new Response(page, { status: 413, headers: { 'content-type': 'text/html' } })
      : undefined;
  const connection = connect(disturb);
  await expectPush(archive, connection, { chunkBytes: 8_000_000 });
  expect(Math.max(...connection.uploaded())).toBeLessThan(limit);
});

test('a 413 of the registry itself is not retried', async () => {
  const answer = Response.json(
    { errors: [{ code: 'SIZE_INVALID', message: 'too much' }] },
    { status: 413 },
  );
  const disturb = nth('PATCH', 1, () => answer);
  await expect(expectPush(packed(), connect(disturb))).rejects.toMatchObject({
    code: 'REGISTRY_REFUSED',
    detail: { status: 413, reason: 'too much' },
  });
});

test.each(kinds)('a stopped push resumes where it was: %s', async (_, make) => {
  const [archive, repository] = [make(), fresh()];
  let state: PushState | undefined;
  const onState = (next: PushState) => {
    state = next;
  };
  const first = connect(nth('PATCH', 4, broken));
  const stopped = pushArchive(archive, repository, first, {
    chunkBytes: CHUNK,
    retry: { attempts: 1, delay: 0 },
    onState,
  });
  await expect(stopped).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  expect(await tagDigest(repository, 'v1')).toBeNull();
  const second = connect();
  const { digest } = await pushArchive(archive, repository, second, {
    chunkBytes: CHUNK,
    state: JSON.parse(JSON.stringify(state)),
    onState,
  });
  expect(digest).toBe(await undisturbed(archive));
  expect(total(first) + total(second)).toBeLessThan(SIZE + 20_000);
  expect(total(first)).toBe(3 * CHUNK);
  expect(state?.uploads).toEqual({});
});

test('a resumed upload whose content does not match is sent again', async () => {
  const [archive, repository] = [plain(), fresh()];
  let state: PushState | undefined;
  const connection = connect((request) => {
    if (request.method !== 'PATCH') return undefined;
    if (state) return broken();
    return request.pass(request.body.map((byte) => byte ^ 1));
  });
  const stopped = pushArchive(archive, repository, connection, {
    chunkBytes: CHUNK,
    retry: { attempts: 1, delay: 0 },
    onState: (next) => {
      state = Object.values(next.uploads).some(({ offset }) => offset > 0) ? next : state;
    },
  });
  await expect(stopped).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  const { digest } = await pushArchive(archive, repository, connect(), {
    chunkBytes: CHUNK,
    ...(state ? { state } : {}),
  });
  expect(digest).toBe(await undisturbed(archive));
});

test('aborting ends a push at once, and nothing is published', async () => {
  const repository = fresh();
  const stop = new AbortController();
  const connection = connect(
    nth('PATCH', 2, () => {
      stop.abort(new DOMException('no more', 'AbortError'));
      return broken();
    }),
  );
  const options = { chunkBytes: CHUNK, signal: stop.signal };
  await expect(pushArchive(plain(), repository, connection, options)).rejects.toThrow('no more');
  expect(await tagDigest(repository, 'v1')).toBeNull();
});

test.each([
  [401, 'NOT_SIGNED_IN'],
  [403, 'NOT_ALLOWED'],
  [404, 'REGISTRY_REFUSED'],
])('a response of %i is final: %s', async (status, code) => {
  const disturb = nth('POST', 1, () => new Response(null, { status }));
  await expect(expectPush(packed(), connect(disturb))).rejects.toMatchObject({ code });
});

/** Total bytes of chunks. */
function total({ seen }: Connection): number {
  return seen.reduce((sum, { method, size }) => (method === 'PATCH' ? sum + size : sum), 0);
}
