import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { unpackTar } from 'modern-tar';
import { expect, test } from 'vitest';
import { type ArchiveFile, layOutTar, type TarLayout } from '../../src/archive/write/tar-layout.ts';
import {
  fingerprintLayout,
  type SendBlob,
  writeArchive,
} from '../../src/archive/write/write-archive.ts';
import type { Digest } from '../../src/domain/digest.ts';
import type { ByteRange } from '../../src/domain/ranges.ts';

const stored = new Map<string, Uint8Array>();

/** A file whose content is a blob. */
function blobFile(name: string, bytes: Uint8Array): ArchiveFile {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
  stored.set(digest, bytes);
  return { name, content: { digest, size: bytes.length } };
}

const sendStored: SendBlob = async ({ digest }, range, target) => {
  const bytes = stored.get(digest) ?? new Uint8Array();
  const part = range ? bytes.subarray(range.start, range.end + 1) : bytes;
  await writeTo(target, part);
};

async function writeTo(target: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  await new Blob([new Uint8Array(bytes)])
    .stream()
    .pipeTo(target, { preventClose: true, preventAbort: true });
}

async function write(layout: TarLayout, range: ByteRange | null, send = sendStored) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const written = writeArchive(layout, range, send, writable);
  const [bytes] = await Promise.all([new Response(readable).arrayBuffer(), written]);
  return Buffer.from(bytes);
}

const contents = fc.array(
  fc.record({ kept: fc.boolean(), bytes: fc.uint8Array({ maxLength: 2000 }) }),
  { maxLength: 5 },
);

test('a range of an archive equals that range of the whole', async () => {
  const property = fc.asyncProperty(contents, fc.nat(), fc.nat(), async (list, a, b) => {
    const files = list.map(({ kept, bytes }, n) =>
      kept ? { name: `${n}`, content: new Uint8Array(bytes) } : blobFile(`${n}`, bytes),
    );
    const layout = await layOutTar(files);
    const whole = await write(layout, null);
    expect(whole.length).toBe(layout.size);
    const [start, end] = [a % layout.size, b % layout.size].sort((x, y) => x - y);
    if (start === undefined || end === undefined) return;
    const part = await write(layout, { start, end });
    expect(part.equals(whole.subarray(start, end + 1))).toBe(true);
    const entries = await unpackTar(whole, { strict: true });
    expect(entries.map(({ data }) => Buffer.from(data ?? []).toString('hex'))).toEqual(
      list.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
    );
  });
  await fc.assert(property, { numRuns: 60 });
});

test('a range opens only its own blobs, and reads only its own bytes', async () => {
  const size = 5 * 1024 ** 4;
  const digest = (name: string) => `sha256:${name.repeat(64)}` as Digest;
  const files = ['a', 'b', 'c'].map((name) => ({ name, content: { digest: digest(name), size } }));
  const layout = await layOutTar(files);
  expect(layout.size).toBeGreaterThan(3 * size);
  const opened: unknown[] = [];
  const send: SendBlob = async (blob, range, target) => {
    opened.push([blob.digest, range]);
    await writeTo(target, new Uint8Array(range ? range.end - range.start + 1 : 0));
  };
  // In the middle of the second blob, whose size needs a pax header: three blocks.
  const start = size + 10_000;
  expect((await write(layout, { start, end: start + 99 }, send)).length).toBe(100);
  expect(opened).toEqual([[digest('b'), expect.anything()]]);
});

test('the size of a file of more than 8 GiB is in a pax header', async () => {
  const size = 9 * 1024 ** 3;
  const digest = `sha256:${'d'.repeat(64)}` as Digest;
  const layout = await layOutTar([{ name: 'large', content: { digest, size } }]);
  const [head] = layout.segments;
  expect(Buffer.from(head as Uint8Array).toString()).toContain(`size=${size}\n`);
});

test('a failure in the middle aborts the target', async () => {
  const layout = await layOutTar([blobFile('a', new Uint8Array(10))]);
  const reasons: unknown[] = [];
  const target = new WritableStream<Uint8Array>({
    abort: (reason) => {
      reasons.push(reason);
    },
  });
  const failure = new Error('lost');
  const fail = () => Promise.reject(failure);
  await expect(writeArchive(layout, null, fail, target)).rejects.toBe(failure);
  expect(reasons).toEqual([failure]);
});

test('layouts with different content, names or order have different fingerprints', async () => {
  const [a, b] = [new Uint8Array([1]), new Uint8Array([2])];
  const layouts = await Promise.all([
    layOutTar([blobFile('blobs/a', a), blobFile('blobs/b', b)]),
    layOutTar([blobFile('blobs/b', b), blobFile('blobs/a', a)]),
    layOutTar([blobFile('blobs/a', a)]),
    layOutTar([{ name: 'blobs/a', content: b }]),
  ]);
  const prints = await Promise.all(layouts.map(fingerprintLayout));
  expect(new Set(prints).size).toBe(layouts.length);
  const again = await layOutTar([blobFile('blobs/a', a), blobFile('blobs/b', b)]);
  expect(await fingerprintLayout(again)).toBe(prints[0]);
});
