import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** An import that is evaluated as its file is: no type, and none that is asked for later. */
const STATIC = /^(?:import|export)\s(?!type\b)[^;]*?from '([^']+)';/gm;

/** The files and packages that are loaded with a file of src, by way of the others. */
function loadedWith(file: string, found = new Set([file])): Set<string> {
  const text = readFileSync(`${src}/${file}`, 'utf8');
  for (const [, source = ''] of text.matchAll(STATIC)) {
    const isFile = source.startsWith('.');
    const target = isFile ? posix.join(posix.dirname(file), source) : source;
    if (found.has(target)) continue;
    found.add(target);
    if (isFile) loadedWith(target, found);
  }
  return found;
}

test('the first answer of /v2 waits for nothing of the API', () => {
  const loaded = [...loadedWith('index.ts')];
  expect(loaded).toContain('v2/routes.ts');
  expect(loaded).toContain('drizzle-orm');
  expect(loaded.filter((name) => /^api\/|openapi|^archive\/|^modern-tar/.test(name))).toEqual([]);
});
