import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { buildWorker } from '../../scripts/lib/worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'orlop-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the bundle is small, and neither the API nor languages come with what /v2 starts', async () => {
  await buildWorker(folder);
  const names = readdirSync(folder);
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const api = names.filter((name) => text(name).includes('OpenAPIHono'));
  expect(api).toEqual([expect.stringMatching(/^routes-/)]);
  // Cyrillic, as esbuild writes it.
  expect(names.filter((name) => /\\u04[0-4][\dA-F]/i.test(text(name)))).toEqual([]);
  const sizes = names.map((name) => gzipSync(text(name)).length);
  expect(sizes.reduce((total, size) => total + size)).toBeLessThan(400_000);
});

test('a build that changes nothing leaves the files alone, and one that does takes old ones away', async () => {
  const times = () => readdirSync(folder).map((name) => statSync(join(folder, name)).ino);
  const before = times();
  writeFileSync(join(folder, 'chunk-OLD.js'), '');
  await buildWorker(folder);
  expect(times()).toEqual(before);
});
