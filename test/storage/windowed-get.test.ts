import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { getInWindows } from '../../src/storage/windowed-get.ts';
import { unique } from '../support/worker/content.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;

/** 23 MiB, of which no two windows are alike. */
const BYTES = new Uint8Array(23 * MIB).map((_, at) => (at >> 8) ^ (at >> 16) ^ at);

async function storeInParts(key: string): Promise<void> {
  const upload = await env.BUCKET.createMultipartUpload(key);
  const parts: R2UploadedPart[] = [];
  for (let at = 0; at < BYTES.length; at += PART) {
    parts.push(await upload.uploadPart(parts.length + 1, BYTES.subarray(at, at + PART)));
  }
  await upload.complete(parts);
}

/** The bucket, and how many bytes were asked of it. */
function counted(): { bucket: R2Bucket; readonly asked: () => number } {
  let asked = 0;
  const get = (key: string, options: { range?: { length: number } } = {}) => {
    asked += options.range?.length ?? BYTES.length;
    return env.BUCKET.get(key, options);
  };
  return { bucket: { get } as unknown as R2Bucket, asked: () => asked };
}

test('an object of parts is read whole, and in ranges across windows', async () => {
  const key = unique('parts');
  await storeInParts(key);
  const ranges = [
    undefined,
    { offset: 8 * MIB - 1, length: 8 * MIB + 3 },
    { offset: 1, length: 22 * MIB },
  ];
  for (const range of ranges) {
    const object = await getInWindows(env.BUCKET, key, range && { range });
    const { offset = 0, length = BYTES.length } = range ?? {};
    expect(object?.size).toBe(BYTES.length);
    const read = new Uint8Array(await new Response(object?.body).arrayBuffer());
    // Not by toEqual, which compares millions of numbers one by one.
    const wanted = BYTES.subarray(offset, offset + length);
    expect(read.length).toBe(length);
    expect(crypto.subtle.timingSafeEqual(read, wanted), `from ${offset}`).toBe(true);
  }
});

test('a reader that stops after its first bytes has read one window', async () => {
  const key = unique('parts');
  await storeInParts(key);
  const { bucket, asked } = counted();
  const object = await getInWindows(bucket, key);
  const reader = (object as R2ObjectBody).body.getReader();
  expect(((await reader.read()) as { value: Uint8Array }).value[0]).toBe(BYTES[0]);
  await reader.cancel();
  expect(asked()).toBe(8 * MIB);
});

test('an object that is replaced while it is read gives an error, not bytes of both', async () => {
  const key = unique('parts');
  await storeInParts(key);
  const object = await getInWindows(env.BUCKET, key);
  await env.BUCKET.put(key, new Uint8Array(20 * MIB));
  await expect(new Response(object?.body).arrayBuffer()).rejects.toThrow('has changed');
});

test('an object that was stored whole is read as one', async () => {
  const key = unique('whole');
  await env.BUCKET.put(key, BYTES.subarray(0, 12 * MIB));
  const object = await getInWindows(env.BUCKET, key);
  expect((await object?.arrayBuffer())?.byteLength).toBe(12 * MIB);
  expect(await getInWindows(env.BUCKET, unique('missing'))).toBeNull();
});
