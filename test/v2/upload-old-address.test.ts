import { describe, expect, test } from 'vitest';
import { freshBytes, sha256, unique } from '../support/worker/content.ts';
import { beginUpload, withDigest } from '../support/worker/push.ts';
import {
  ADMIN,
  chunked,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { append, expectBlob, expectNoBlob, readProgress } from '../support/worker/uploads.ts';

const fresh = () => `library/${unique('old-address')}`;

describe('an address that is older than the first bytes', () => {
  const bytes = freshBytes(3000);
  const [first, rest] = [bytes.slice(0, 2000), bytes.slice(2000)];
  const digest = sha256(bytes);
  const put = (location: string, body?: Uint8Array, headers: Record<string, string> = {}) =>
    send(ADMIN, 'PUT', withDigest(location, digest), { headers, ...(body ? { body } : {}) });

  test('completes what was written since', async () => {
    const repository = fresh();
    const begun = await beginUpload(repository);
    await append(begun, first);
    await append(begun, rest);
    await expectStatus(await put(begun), 201);
    await expectBlob(repository, digest, bytes);
  });

  test('takes the last bytes where they say their place', async () => {
    const repository = fresh();
    const begun = await beginUpload(repository);
    await append(begun, first);
    await expectStatus(await put(begun, rest, { 'content-range': '2000-2999' }), 201);
    await expectBlob(repository, digest, bytes);
  });

  test('else says where to continue, and loses nothing', async () => {
    const repository = fresh();
    const begun = await beginUpload(repository);
    await append(begun, first);
    const refused = await put(begun, rest);
    const { location, range } = readProgress(refused);
    await expectFault(refused, 416, 'BLOB_UPLOAD_INVALID');
    expect(range).toBe('0-1999');
    await expectNoBlob(repository, digest);
    await expectStatus(await put(location, rest), 201);
    await expectBlob(repository, digest, bytes);
  });

  test('takes the whole blob, as a client that begins again sends it', async () => {
    const repository = fresh();
    const begun = await beginUpload(repository);
    const continued = await append(begun, first);
    for (let n = 0; n < 2; n++) await expectStatus(await put(begun, bytes), 201);
    await expectBlob(repository, digest, bytes);
    await expectStatus(await put(continued, rest), 201);
    await expectBlob(repository, digest, bytes);
  });

  /** Ends an upload, and answers what is known of its address. */
  const ENDS: Record<string, (begun: string) => Promise<unknown>> = {
    completed: async (begun) => expectStatus(await put(await append(begun, first), rest), 201),
    cancelled: async (begun) => {
      await append(begun, first);
      await expectStatus(await send(ADMIN, 'DELETE', begun), 204);
    },
    'cancelled before its first byte': async (begun) =>
      expectStatus(await send(ADMIN, 'DELETE', begun), 204),
  };

  test.each(Object.keys(ENDS))('takes nothing but the whole blob once it is %s', async (how) => {
    const repository = fresh();
    const begun = await beginUpload(repository);
    await ENDS[how]?.(begun);
    const answers = {
      GET: await send(ADMIN, 'GET', begun),
      PATCH: await send(ADMIN, 'PATCH', begun, { body: bytes }),
      'PATCH of a chunk': await send(ADMIN, 'PATCH', begun, {
        headers: { 'content-range': '0-2999' },
        body: bytes,
      }),
      DELETE: await send(ADMIN, 'DELETE', begun),
      'PUT without a body': await put(begun),
      'PUT without a length': await send(ADMIN, 'PUT', withDigest(begun, digest), {
        body: chunked(bytes),
      }),
      'PUT of the last chunk': await put(begun, rest, { 'content-range': '2000-2999' }),
      'PUT of other bytes': await put(begun, rest),
    };
    for (const [what, answer] of Object.entries(answers)) {
      expect([what, answer.status]).toEqual([what, 404]);
      await expectFault(answer, 404, 'BLOB_UPLOAD_UNKNOWN');
    }
    if (how !== 'completed') await expectNoBlob(repository, digest);
    await expectStatus(await put(begun, bytes), 201);
    await expectBlob(repository, digest, bytes);
  });

  test('is still good for an upload where a whole blob came first: no object knows of it', async () => {
    const repository = fresh();
    const begun = await beginUpload(repository);
    await expectStatus(await put(begun, bytes), 201);
    expect(readProgress(await send(ADMIN, 'GET', begun)).range).toBe('0-0');
    const other = freshBytes(100);
    const continued = await append(begun, other);
    await expectStatus(await send(ADMIN, 'PUT', withDigest(continued, sha256(other))), 201);
    await expectBlob(repository, sha256(other), other);
    await expectBlob(repository, digest, bytes);
  });

  test('is replaced where a request has stored bytes and failed', async () => {
    const repository = fresh();
    const begun = await beginUpload(repository);
    const failed = await send(ADMIN, 'PATCH', begun, {
      headers: { 'content-range': '0-2999' },
      body: chunked(first),
    });
    const { location, range } = readProgress(failed);
    await expectFault(failed, 416, 'BLOB_UPLOAD_INVALID');
    expect(range).toBe('0-1999');
    await expectStatus(await put(location, rest), 201);
    await expectBlob(repository, digest, bytes);
  });

  test('with a wrong digest publishes nothing, and continues', async () => {
    const repository = fresh();
    const begun = await beginUpload(repository);
    await expectFault(await put(begun, rest), 400, 'DIGEST_INVALID');
    await expectNoBlob(repository, digest);
    await expectStatus(await put(begun, bytes), 201);
    await expectBlob(repository, digest, bytes);
  });
});
