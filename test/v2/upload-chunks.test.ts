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

const MIB = 1024 * 1024;
const PART = 6 * MIB;
const fresh = () => `library/${unique('chunks')}`;
const span = (start: number, end: number) => ({ 'content-range': `${start}-${end - 1}` });

const patch = (location: string, bytes: Uint8Array, headers: Record<string, string> = {}) =>
  send(ADMIN, 'PATCH', location, { headers, body: bytes });

describe('chunks with Content-Range', () => {
  test.each([
    ['of a byte each', 5, 1],
    ['of unequal ends', 2500, 1000],
    ['across parts', 2 * PART + 5, 5 * MIB],
    ['of just a part', 2 * PART, PART],
  ])('%s become the blob', async (_, size, step) => {
    const [repository, bytes] = [fresh(), freshBytes(size)];
    let location = await beginUpload(repository);
    for (let start = 0; start < size; start += step) {
      const end = Math.min(start + step, size);
      const response = await patch(location, bytes.slice(start, end), span(start, end));
      await expectStatus(response, 202);
      const progress = readProgress(response);
      expect(progress.range).toBe(`0-${end - 1}`);
      location = progress.location;
    }
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256(bytes))), 201);
    await expectBlob(repository, sha256(bytes), bytes);
  });

  test('the last one may come with the PUT', async () => {
    const [repository, bytes] = [fresh(), freshBytes(3000)];
    const location = await append(
      await beginUpload(repository),
      bytes.slice(0, 2000),
      span(0, 2000),
    );
    const last = await send(ADMIN, 'PUT', withDigest(location, sha256(bytes)), {
      headers: span(2000, 3000),
      body: bytes.slice(2000),
    });
    await expectStatus(last, 201);
    await expectBlob(repository, sha256(bytes), bytes);
  });

  test.each(['bytes 0-9/*', 'bytes 0-9/10', 'bytes=0-9', '0-9'])(
    '"%s" is understood',
    async (header) => {
      const response = await patch(await beginUpload(fresh()), freshBytes(10), {
        'content-range': header,
      });
      await expectStatus(response, 202);
    },
  );
});

describe('chunks without Content-Range follow one another', () => {
  test.each(['with', 'without'])('%s a length', async (length) => {
    const [repository, bytes] = [fresh(), freshBytes(PART + 999)];
    const body = (piece: Uint8Array) => (length === 'with' ? piece : chunked(piece));
    let location = await beginUpload(repository);
    for (const [start, end] of [[0, 10] as const, [10, PART - 1] as const]) {
      location = await append(location, body(bytes.slice(start, end)));
    }
    const last = await send(ADMIN, 'PUT', withDigest(location, sha256(bytes)), {
      body: body(bytes.slice(PART - 1)),
    });
    await expectStatus(last, 201);
    await expectBlob(repository, sha256(bytes), bytes);
  });

  test('an empty one changes nothing', async () => {
    const [repository, bytes] = [fresh(), freshBytes()];
    let location = await append(await beginUpload(repository), bytes);
    location = readProgress(await expectStatus(await send(ADMIN, 'PATCH', location), 202)).location;
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256(bytes))), 201);
    await expectBlob(repository, sha256(bytes), bytes);
  });
});

describe('a chunk out of order is 416, says where to continue, and loses nothing', () => {
  test.each([
    ['a gap', 2000, 3000],
    ['an overlap', 500, 1500],
    ['the same again', 0, 1000],
    ['a gap beyond every length', 999_999_999_999_000, 1_000_000_000_000_000 - 1],
  ])('%s', async (_, start, end) => {
    const [repository, bytes] = [fresh(), freshBytes(2000)];
    const location = await append(
      await beginUpload(repository),
      bytes.slice(0, 1000),
      span(0, 1000),
    );
    const body = new Uint8Array(Math.min(end - start, 1000));
    const header = { 'content-range': `${end - body.length}-${end - 1}` };
    const refused = await patch(location, body, start === 0 ? span(0, 1000) : header);
    expect(readProgress(refused).range).toBe('0-999');
    const next = readProgress(refused).location;
    await expectFault(refused, 416, 'BLOB_UPLOAD_INVALID');
    await append(next, bytes.slice(1000), span(1000, 2000));
    await expectStatus(await send(ADMIN, 'PUT', withDigest(next, sha256(bytes))), 201);
    await expectBlob(repository, sha256(bytes), bytes);
  });

  test('first', async () => {
    const location = await beginUpload(fresh());
    const refused = await patch(location, freshBytes(10), span(10, 20));
    expect(readProgress(refused).range).toBe('0-0');
    await expectFault(refused, 416, 'BLOB_UPLOAD_INVALID');
    await expectStatus(await patch(location, freshBytes(10), span(0, 10)), 202);
  });

  test('last, with the PUT: nothing is published', async () => {
    const [repository, bytes] = [fresh(), freshBytes(20)];
    const location = await append(await beginUpload(repository), bytes.slice(0, 10));
    const put = (start: number, piece: Uint8Array) =>
      send(ADMIN, 'PUT', withDigest(location, sha256(bytes)), {
        headers: span(start, start + piece.length),
        body: piece,
      });
    const refused = await put(15, bytes.slice(15));
    expect(readProgress(refused).range).toBe('0-9');
    await expectFault(refused, 416, 'BLOB_UPLOAD_INVALID');
    await expectNoBlob(repository, sha256(bytes));
    await expectStatus(await put(10, bytes.slice(10)), 201);
    await expectBlob(repository, sha256(bytes), bytes);
  });
});

describe('Content-Range and the length disagree', () => {
  test.each([
    ['too short', 5, 10],
    ['too long', 15, 10],
  ])('%s for it, with a length: refused before a byte is kept', async (_, has, says) => {
    const location = await beginUpload(fresh());
    const response = await patch(location, freshBytes(has), span(0, says));
    await expectFault(response, 400, 'BLOB_UPLOAD_INVALID');
    await expectStatus(await patch(location, freshBytes(10), span(0, 10)), 202);
  });

  test.each([
    ['too short', 5, 10],
    ['too long', 15, 10],
  ])('%s for it, without a length: refused, and Range is what is kept', async (_, has, says) => {
    const [repository, bytes] = [fresh(), freshBytes(20)];
    const location = await beginUpload(repository);
    const response = await send(ADMIN, 'PATCH', location, {
      headers: span(0, says),
      body: chunked(bytes.slice(0, has)),
    });
    expect([400, 416]).toContain(response.status);
    const kept = Number(/^0-(\d+)$/.exec(readProgress(response).range ?? '')?.[1]) + 1;
    await response.body?.cancel();
    expect(kept).toBeLessThanOrEqual(Math.min(has, says));
    const rest = kept === 1 ? bytes : bytes.slice(kept);
    await append(location, rest);
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256(bytes))), 201);
    await expectBlob(repository, sha256(bytes), bytes);
  });

  test.each(['5-2', '-5', 'abc', '0-', '-1-5', '0x0-0x9', '1.5-3', '0-9999999999999999999'])(
    '"%s" is no Content-Range',
    async (header) => {
      const location = await beginUpload(fresh());
      for (const method of ['PATCH', 'PUT']) {
        const path = method === 'PUT' ? withDigest(location, sha256('x')) : location;
        const headers = { 'content-range': header };
        const response = await send(ADMIN, method, path, { headers, body: 'x' });
        await expectFault(response, 400, 'BLOB_UPLOAD_INVALID');
      }
    },
  );
});
