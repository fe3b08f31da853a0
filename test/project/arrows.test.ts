import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findImports, type Import, readImports } from './support/imports.ts';

/** What a folder, or a file beside the folders, may import besides itself. */
interface Arrows {
  readonly layers: readonly string[];
  readonly packages: readonly string[];
}

/** The arrows of the design. Importing a type counts. */
const ALLOWED: Record<string, Arrows> = {
  domain: arrows('', 'zod'),
  env: arrows('', 'zod'),
  storage: arrows('domain env', 'drizzle-orm'),
  uploads: arrows('storage domain env', 'cloudflare:workers node:crypto'),
  registry: arrows('uploads archive storage domain env'),
  events: arrows('storage domain env', 'cloudflare:workers'),
  collection: arrows('storage domain env', 'cloudflare:workers zod'),
  auth: arrows('storage domain env', 'jose oauth4webapi zod node:crypto'),
  v2: arrows('auth registry domain env', 'hono zod'),
  api: arrows('auth registry events storage domain env', 'hono @hono/zod-openapi zod'),
  archive: arrows('domain', 'modern-tar hash-wasm'),
  cli: arrows('archive domain', 'citty cli-progress zod node:*'),
  app: arrows('v2 api env', 'hono'),
  index: arrows('app uploads registry events collection env', 'cloudflare:workers'),
};

function arrows(layers: string, packages = ''): Arrows {
  const words = (text: string) => text.split(' ').filter(Boolean);
  return { layers: words(layers), packages: words(packages) };
}

/** `storage` of `storage/tags.ts`, `env` of `env.ts`, and nothing of a path outside. */
const layerOf = (path: string) => path.replace(/(?:\.ts|\/.*)$/, '');

function isAllowed({ file, target, isPackage }: Import): boolean {
  const from = layerOf(file);
  const allowed = ALLOWED[from];
  if (!allowed) return false;
  const { packages } = allowed;
  if (isPackage && target.startsWith('node:') && packages.includes('node:*')) return true;
  if (isPackage) return packages.includes(target);
  const to = layerOf(target);
  return to === from || allowed.layers.includes(to);
}

const forbidden = (imports: readonly Import[]) =>
  imports.filter((one) => !isAllowed(one)).map(({ file, target }) => `${file} → ${target}`);

test('src imports along the arrows of the design only', () => {
  const imports = readImports(fileURLToPath(new URL('../../src', import.meta.url)));
  expect(imports.length).toBeGreaterThan(100);
  expect(forbidden(imports)).toEqual([]);
});

test.each([
  ['domain/a.ts', "import { b } from '../storage/b.ts';", 'domain/a.ts → storage/b.ts'],
  ['domain/a.ts', "import type { B } from '../env.ts';", 'domain/a.ts → env.ts'],
  ['domain/a.ts', "import { createHash } from 'node:crypto';", 'domain/a.ts → node:crypto'],
  ['domain/a.ts', "import { z } from 'zod/mini'; import 'jose';", 'domain/a.ts → jose'],
  ['storage/a.ts', "export * from '../registry/b.ts';", 'storage/a.ts → registry/b.ts'],
  ['storage/a.ts', "export type { B } from '../auth/b.ts';", 'storage/a.ts → auth/b.ts'],
  ['registry/a.ts', "import { eq } from 'drizzle-orm/sqlite-core';", 'registry/a.ts → drizzle-orm'],
  ['registry/a.ts', "const b = await import('../v2/b.ts');", 'registry/a.ts → v2/b.ts'],
  ['registry/a.ts', "type B = import('../auth/b.ts').B;", 'registry/a.ts → auth/b.ts'],
  ['auth/a.ts', "import {\n  type B,\n} from 'hono/types';", 'auth/a.ts → hono'],
  ['v2/a.ts', "import '../storage/b.ts';", 'v2/a.ts → storage/b.ts'],
  ['v2/deep/a.ts', "import { b } from '../../api/b.ts';", 'v2/deep/a.ts → api/b.ts'],
  [
    'v2/a.ts',
    "import { DurableObject } from 'cloudflare:workers';",
    'v2/a.ts → cloudflare:workers',
  ],
  ['app.ts', "import { b } from './registry/b.ts';", 'app.ts → registry/b.ts'],
  ['env.ts', "import { b } from './domain/b.ts';", 'env.ts → domain/b.ts'],
  ['index.ts', "import { b } from '../scripts/b.ts';", 'index.ts → ../scripts/b.ts'],
  ['unheard-of/a.ts', "import { z } from 'zod';", 'unheard-of/a.ts → zod'],
])('in %s, %s is found', (file, text, found) => {
  expect(forbidden(findImports(file, text))).toEqual([found]);
});

test.each([
  ['domain/a.ts', "import { z } from 'zod'; import { b } from './b.ts';"],
  ['domain/deep/a.ts', "import { b } from '../b.ts';"],
  ['storage/a.ts', "// once from '../v2/b.ts'\nexport const text = `import 'hono'`;"],
  ['v2/a.ts', "import { Hono } from 'hono'; import { b } from '../registry/b.ts';"],
  ['index.ts', "export { U } from './uploads/u.ts'; import { a } from './app.ts';"],
])('in %s, %s is allowed', (file, text) => {
  expect(forbidden(findImports(file, text))).toEqual([]);
});

test('an import of a path that is computed cannot hide', () => {
  expect(() => findImports('domain/a.ts', 'await import(name)')).toThrow(/domain\/a\.ts/);
});
