import { describe, expect, test } from 'vitest';
import { freshBytes, sha256, TYPES, unique } from '../support/worker/content.ts';
import { bucketKeys } from '../support/worker/database.ts';
import { beginUpload, pushImage, tagDigest, withDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';
import { append, expectBlob, expectNoBlob, readProgress } from '../support/worker/uploads.ts';

const PART = 6 * 1024 * 1024;
const fresh = () => `library/${unique('broken')}`;

/** A body that breaks off after some bytes, before its announced length where it has one. */
function breakOff(bytes: Uint8Array, announced: number | null): ReadableStream {
  let sent = false;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return controller.error(new Error('the client went away'));
      sent = true;
      controller.enqueue(bytes);
    },
  });
  if (announced === null) return source;
  const { readable, writable } = new FixedLengthStream(announced);
  source.pipeTo(writable).catch(() => {});
  return readable;
}

/** Sends it; null where the request itself fails. */
async function sendBroken(
  method: string,
  path: string,
  body: ReadableStream,
  headers: Record<string, string> = {},
): Promise<Response | null> {
  const response = await send(ADMIN, method, path, { body, headers }).catch(() => null);
  await response?.body?.cancel();
  return response;
}

const expectNotTaken = (response: Response | null) =>
  expect(response?.status ?? 400).toBeGreaterThanOrEqual(400);

describe.each([true, false])('a body that breaks off (its length announced: %s)', (known) => {
  const announced = (length: number) => (known ? length : null);

  test.each([1000, PART + 1000])(
    'of a PATCH after %i bytes: Range is what is durable',
    async (size) => {
      const [repository, bytes] = [fresh(), freshBytes(size + 500)];
      const location = await beginUpload(repository);
      const body = breakOff(bytes.slice(0, size), announced(bytes.length));
      const answer = await sendBroken('PATCH', location, body);
      const status = await expectStatus(await send(ADMIN, 'GET', location), 204);
      const { range, location: next } = readProgress(status);
      // A stream that fails between Workers may look like one that ends: then its bytes count.
      if (answer?.status === 202) expect(readProgress(answer).range).toBe(range);
      const end = Number(range?.slice(2));
      expect(end).toBeLessThan(size);
      const rest = bytes.slice(end === 0 ? 0 : end + 1);
      await append(next, rest);
      await expectStatus(await send(ADMIN, 'PUT', withDigest(next, sha256(bytes))), 201);
      await expectBlob(repository, sha256(bytes), bytes);
    },
  );

  test('of a PUT or a whole POST: nothing is published', async () => {
    const [repository, bytes] = [fresh(), freshBytes(1000)];
    const before = await bucketKeys();
    const half = () => breakOff(bytes.slice(0, 500), announced(1000));
    const digest = sha256(bytes);
    const post = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
    const put = withDigest(await beginUpload(repository), digest);
    expectNotTaken(await sendBroken('POST', post, half()));
    expectNotTaken(await sendBroken('PUT', put, half()));
    await expectNoBlob(repository, digest);
    await expectNoBlob(repository, sha256(bytes.slice(0, 500)));
    expect(await bucketKeys()).toEqual(before);
  });

  test('of a manifest: the tag stays', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const bytes = new TextEncoder().encode(`${image.text} `);
    const body = breakOff(bytes.slice(0, bytes.length - 1), announced(bytes.length));
    const path = `/v2/${repository}/manifests/v2`;
    expectNotTaken(await sendBroken('PUT', path, body, { 'content-type': TYPES.image }));
    expect(await tagDigest(repository, 'v2')).toBeNull();
    expect(await tagDigest(repository, 'v1')).toBe(image.digest);
  });
});

test('a manifest without a body is MANIFEST_INVALID', async () => {
  const headers = { 'content-type': TYPES.image };
  const response = await send(ADMIN, 'PUT', `/v2/${fresh()}/manifests/v1`, { headers });
  await expectFault(response, 400, 'MANIFEST_INVALID');
});
