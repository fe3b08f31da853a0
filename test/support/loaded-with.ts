import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** An import that is evaluated with its file: neither a type nor a dynamic import. */
const STATIC = /^(?:import|export)\s(?!type\b)[^;]*?from '([^']+)';/gm;

/** Files (paths from src) and packages that a file of src loads, directly or through others. */
export function loadedWith(file: string, found = new Set([file])): string[] {
  const text = readFileSync(`${src}/${file}`, 'utf8');
  for (const [, source = ''] of text.matchAll(STATIC)) {
    const isFile = source.startsWith('.');
    const target = isFile ? posix.join(posix.dirname(file), source) : source;
    if (found.has(target)) continue;
    found.add(target);
    if (isFile) loadedWith(target, found);
  }
  return [...found];
}
