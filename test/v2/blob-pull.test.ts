import { beforeAll, describe, expect, test, vi } from 'vitest';
import { EMPTY, freshBytes, sha256, sha512, UNKNOWN_DIGEST } from '../support/worker/content.ts';
import { bindings, blobKey, doomedKeys, query } from '../support/worker/database.ts';
import { beginUpload, pushBlob, withDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';
import { expectBlob } from '../support/worker/uploads.ts';

const REPOSITORY = 'library/blobs';
const SIZE = 1000;
const bytes = freshBytes(SIZE);
const digest = sha256(bytes);
const path = (name: string) => `/v2/${REPOSITORY}/blobs/${name}`;
const read = async (response: Response) => new Uint8Array(await response.arrayBuffer());

beforeAll(async () => {
  await pushBlob(REPOSITORY, bytes);
});

test('a blob is sent whole, with what a cache and a resuming client need', async () => {
  const response = await expectStatus(await send(ADMIN, 'GET', path(digest)), 200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': String(SIZE),
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
    'cache-control': expect.stringMatching(/private.*immutable.*no-transform/),
  });
  expect(await read(response)).toEqual(bytes);
});

test('HEAD has the headers of GET and no body', async () => {
  const get = await send(ADMIN, 'GET', path(digest));
  const head = await expectStatus(await send(ADMIN, 'HEAD', path(digest)), 200);
  expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
  expect(await read(head)).toHaveLength(0);
  await get.body?.cancel();
});

describe('Range', () => {
  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-99', 0, 99],
    ['bytes=100-199', 100, 199],
    ['bytes=999-999', 999, 999],
    ['bytes=500-', 500, 999],
    ['bytes=0-', 0, 999],
    ['bytes=900-5000', 900, 999],
    ['bytes=0-999999999999999', 0, 999],
    ['bytes=-1', 999, 999],
    ['bytes=-100', 900, 999],
    ['bytes=-5000', 0, 999],
  ])('%s → 206 %i-%i', async (range, start, end) => {
    const response = await send(ADMIN, 'GET', path(digest), { headers: { range } });
    await expectStatus(response, 206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${SIZE}`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect(response.headers.get('docker-content-digest')).toBe(digest);
    expect(await read(response)).toEqual(bytes.slice(start, end + 1));
  });

  test.each([
    'bytes=1000-',
    'bytes=1000-1001',
    'bytes=999999999999999-',
    'bytes=99999999999999999999-',
    'bytes=-0',
  ])('%s → 416', async (range) => {
    const response = await send(ADMIN, 'GET', path(digest), { headers: { range } });
    expect(response.headers.get('content-range')).toBe(`bytes */${SIZE}`);
    await expectFault(response, 416, 'UNSUPPORTED');
  });

  test.each([
    'bytes=abc',
    'bytes=',
    'bytes=-',
    'bytes=--5',
    'lines=0-5',
    'bytes 0-5',
    '0-5',
    'bytes=0x1-0x2',
  ])('%s is not one we know: all of it', async (range) => {
    const response = await send(ADMIN, 'GET', path(digest), { headers: { range } });
    await expectStatus(response, 200);
    expect(response.headers.has('content-range')).toBe(false);
    expect(await read(response)).toEqual(bytes);
  });

  test('the end before the start: all of it, or 416', async () => {
    const headers = { range: 'bytes=200-100' };
    const response = await send(ADMIN, 'GET', path(digest), { headers });
    expect([200, 416]).toContain(response.status);
    await response.body?.cancel();
  });
});

describe('If-None-Match', () => {
  test.each(['"DIGEST"', 'W/"DIGEST"', '"a", "DIGEST"', '*'])('%s → 304', async (header) => {
    const headers = { 'if-none-match': header.replace('DIGEST', digest) };
    for (const method of ['GET', 'HEAD']) {
      const response = await expectStatus(
        await send(ADMIN, method, path(digest), { headers }),
        304,
      );
      expect(await read(response)).toHaveLength(0);
      expect(response.headers.get('etag')).toBe(`"${digest}"`);
    }
  });

  test('of another digest → 200', async () => {
    const headers = { 'if-none-match': `"${UNKNOWN_DIGEST}"` };
    expect(await read(await send(ADMIN, 'GET', path(digest), { headers }))).toEqual(bytes);
  });
});

test.each(['GET', 'HEAD'])(
  '%s of a blob that was not pushed here is BLOB_UNKNOWN',
  async (method) => {
    const elsewhere = await pushBlob('library/blobs-elsewhere');
    for (const name of [UNKNOWN_DIGEST, elsewhere]) {
      const response = await send(ADMIN, method, path(name));
      if (method === 'HEAD') await expectStatus(response, 404);
      else await expectFault(response, 404, 'BLOB_UNKNOWN');
    }
  },
);

test('an empty blob has no bytes and no range', async () => {
  const location = withDigest(await beginUpload(REPOSITORY), sha256(EMPTY));
  await expectStatus(await send(ADMIN, 'PUT', location), 201);
  const whole = await expectStatus(await send(ADMIN, 'GET', path(sha256(EMPTY))), 200);
  expect(whole.headers.get('content-length')).toBe('0');
  expect(await read(whole)).toHaveLength(0);
  const headers = { range: 'bytes=0-' };
  const part = await send(ADMIN, 'GET', path(sha256(EMPTY)), { headers });
  await expectFault(part, 416, 'UNSUPPORTED');
});

test('the same bytes are found by sha512 only if they were pushed so', async () => {
  const other = freshBytes();
  const name = sha512(other);
  const parameters = `?digest=${name}&digest-algorithm=sha512`;
  const upload = `/v2/${REPOSITORY}/blobs/uploads/${parameters}`;
  await expectStatus(await send(ADMIN, 'POST', upload, { body: other }), 201);
  const response = await expectStatus(await send(ADMIN, 'GET', path(name)), 200);
  expect(response.headers.get('docker-content-digest')).toBe(name);
  expect(await read(response)).toEqual(other);
  await expectFault(await send(ADMIN, 'GET', path(sha256(other))), 404, 'BLOB_UNKNOWN');
});

test('a blob lost by R2: HEAD and 304 answer from the database, GET says what is wrong', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const lost = await pushBlob(REPOSITORY);
  await bindings.BUCKET.delete(await blobKey(lost));
  await expectStatus(await send(ADMIN, 'HEAD', path(lost)), 200);
  const headers = { 'if-none-match': `"${lost}"` };
  await expectStatus(await send(ADMIN, 'GET', path(lost), { headers }), 304);
  const response = await send(ADMIN, 'GET', path(lost));
  expect(response.status).toBe(500);
  const { errors } = (await response.json()) as { errors: { message: string }[] };
  expect(errors[0]?.message).toContain('missing in the storage');
});

test('a blob lost by R2 is repaired by a push, once a GET has noticed', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const content = freshBytes();
  const lost = await pushBlob(REPOSITORY, content);
  await bindings.BUCKET.delete(await blobKey(lost));
  await expectStatus(await send(ADMIN, 'GET', path(lost)), 500);
  await expectStatus(await send(ADMIN, 'HEAD', path(lost)), 404);
  await pushBlob(REPOSITORY, content);
  await expectBlob(REPOSITORY, lost, content);
});

describe('a blob known to be damaged', () => {
  const content = freshBytes();
  const damaged = sha256(content);

  beforeAll(async () => {
    await pushBlob(REPOSITORY, content);
    await query('UPDATE blobs SET damaged_at = 1 WHERE digest = ?', damaged);
  });

  test('is not served', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const response = await send(ADMIN, 'GET', path(damaged));
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('damaged');
  });

  test.each(['', `&from=${REPOSITORY}`])(
    'makes clients push it again: HEAD, mount%s',
    async (from) => {
      await expectStatus(await send(ADMIN, 'HEAD', path(damaged)), 404);
      const mount = `/v2/library/blobs-mounted/blobs/uploads/?mount=${damaged}${from}`;
      await expectStatus(await send(ADMIN, 'POST', mount), 202);
    },
  );

  test('is repaired by the next push, and the damaged object is to be deleted', async () => {
    const bad = await blobKey(damaged);
    await pushBlob('library/blobs-repaired', content);
    expect(await doomedKeys()).toContain(bad);
    await expectBlob(REPOSITORY, damaged, content);
    await expectBlob('library/blobs-repaired', damaged, content);
    await expectStatus(await send(ADMIN, 'HEAD', path(damaged)), 200);
  });
});
