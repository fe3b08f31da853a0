import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** An import that is evaluated as its file is: no type, and none that is asked for later. */
const STATIC = /^(?:import|export)\s(?!type\b)[^;]*?from '([^']+)';/gm;

/** The files (paths from src) and packages that run with a file of src, by way of the others. */
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
