import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { readBytes } from '../../src/archive/streams.ts';
import { tarOf } from '../support/clients/tar.ts';
import { testWithTools } from '../support/tools.ts';
import { layerOf, sha256 } from './support/content.ts';
import { oldSave } from './support/docker-save.ts';
import { archiveOf, entriesOf, oddEntry, paxEntry } from './support/raw-tar.ts';
import { read, refusalOf } from './support/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'orlop-sparse-'));
afterAll(() => rmSync(folder, { recursive: true }));

// Zeros at the start, in the middle and at the end, and more parts than one block of a map holds.
const content = Buffer.alloc(40 * 20_480);
for (let n = 1; n < 39; n++) content.fill(`part ${n} `, n * 20_480, n * 20_480 + 5000 + n);
const tar = tarOf([{ name: 'data.bin', bytes: content }]);
const layer = { ...layerOf('sparse'), tar, diffId: sha256(tar) };
const saved = oldSave({ tags: ['app:1'], layers: [layer] });

/** The layer's bytes, and a range of them, as they are read from an archive. */
async function layerOfArchive(bytes: Uint8Array) {
  const { images } = await read(bytes);
  const file = images[0]?.layers[0]?.content;
  if (!file) throw new Error('no layer');
  const whole = Buffer.from(await readBytes(file.read()));
  const range = Buffer.from(await readBytes(file.read(20_000, 70_000)));
  return { whole, range };
}

/** Writes a file with a hole for each page of zeros. */
function writeSparse(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  for (let at = 0; at < bytes.length; at += 4096) {
    const page = bytes.subarray(at, at + 4096);
    if (page.some((byte) => byte !== 0)) writeSync(file, page, 0, page.length, at);
  }
  ftruncateSync(file, bytes.length);
  closeSync(file);
}

for (const [name, options] of [
  ['gnu', ['--format=gnu']],
  ['pax 0.0', ['--format=pax', '--sparse-version=0.0']],
  ['pax 0.1', ['--format=pax', '--sparse-version=0.1']],
  ['pax 1.0', ['--format=pax', '--sparse-version=1.0']],
] as const) {
  testWithTools(`tar --sparse, ${name}: a file has its zeros`, ['tar'], async () => {
    for (const { name: file, bytes } of saved) writeSparse(join(folder, file), bytes);
    const names = saved.map((entry) => entry.name);
    const args = [...options, '--sparse', '-C', folder, '-cf', '-', ...names];
    const archive = execFileSync('tar', args, { maxBuffer: 1e8 });
    expect(archive.length).toBeLessThan(tar.length);
    for (const bytes of [archive, gzipSync(archive)]) {
      const { whole, range } = await layerOfArchive(bytes);
      expect(sha256(whole)).toBe(layer.diffId);
      expect(range.equals(tar.subarray(20_000, 70_000))).toBe(true);
    }
  });
}

test.each([
  ['parts in the wrong order', '2\n512\n512\n0\n512\n'],
  ['a part past the end', '1\n9999999\n1024\n'],
  ['another size than the archive has', '1\n0\n512\n'],
  ['no numbers', '1\nx\ny\n'],
  ['too many parts', '99999999\n'],
])('a sparse map with %s is damaged', async (_, map) => {
  const bytes = Buffer.concat([Buffer.from(map.padEnd(512, '\0')), Buffer.alloc(1024, 1)]);
  const records = {
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': 'big',
    'GNU.sparse.realsize': '4096',
  };
  const archive = archiveOf(
    entriesOf(saved),
    paxEntry(records, { name: 'GNUSparseFile.1/big', bytes }),
  );
  expect(await refusalOf(archive)).toMatchObject({ code: 'DAMAGED' });
});

test.each([
  ['an offset without a size', ['offset=0']],
  ['two offsets in a row', ['offset=0', 'offset=512', 'numbytes=512', 'numbytes=512']],
  ['a size that is no number', ['offset=0', 'numbytes=x']],
  ['another size than the archive has', ['offset=0', 'numbytes=512']],
  ['no part', []],
])('repeated sparse records with %s are damaged', async (_, repeated) => {
  const records = ['numblocks=1', 'size=4096', ...repeated].map((record) => {
    const [key = '', value = ''] = record.split('=');
    return [`GNU.sparse.${key}`, value] as const;
  });
  const entry = paxEntry(records, { name: 'big', bytes: Buffer.alloc(1024, 1) });
  expect(await refusalOf(archiveOf(entriesOf(saved), entry))).toMatchObject({ code: 'DAMAGED' });
});

test('a file from before 1970 does not hide the others', async () => {
  const entries = saved.map((entry) =>
    oddEntry(entry, { time: Buffer.from(`${'ff'.repeat(11)}fb`, 'hex') }),
  );
  const { images } = await read(archiveOf(...entries));
  expect(images.map(({ names }) => names)).toEqual([['app:1']]);
  // The checksum still counts.
  const [first = Buffer.alloc(0), ...others] = entries;
  first.write('x', 5);
  expect(await refusalOf(archiveOf(...others, first))).toMatchObject({ code: 'DAMAGED' });
});
