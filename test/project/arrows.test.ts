import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  type ArrowTable,
  arrows,
  findCircle,
  findForbidden,
  findUnused,
} from './support/arrows.ts';
import { findImports, type Import, readImports } from './support/imports.ts';

/** The arrows of the design. Importing a type counts. */
const ALLOWED: ArrowTable = {
  domain: arrows('', 'zod'),
  'domain/triggers': arrows('domain'),
  // package.json.
  version: arrows('..'),
  env: arrows('domain', 'zod'),
  'rate-limits': arrows(''),
  storage: arrows('domain domain/triggers', 'drizzle-orm'),
  'storage/accounts': arrows('storage domain', 'drizzle-orm'),
  'storage/content': arrows('storage storage/triggers storage/workspaces domain', 'drizzle-orm'),
  'storage/garbage': arrows('storage domain', 'drizzle-orm'),
  'storage/retention': arrows('storage storage/trash domain', 'drizzle-orm'),
  'storage/trash': arrows('storage domain', 'drizzle-orm'),
  'storage/triggers': arrows('storage domain/triggers', 'drizzle-orm'),
  'storage/workspaces': arrows('storage storage/accounts domain', 'drizzle-orm'),
  'cached-objects': arrows('storage env', 'cloudflare:workers'),
  services: arrows('storage rate-limits env', 'cloudflare:workers'),
  http: arrows('domain storage', 'hono'),
  uploads: arrows('http storage storage/content domain env', 'cloudflare:workers node:crypto'),
  registry: arrows(
    `services uploads archive/write events/triggers storage storage/content storage/trash
     storage/triggers storage/workspaces domain`,
    'cloudflare:workers',
  ),
  events: arrows('storage domain env', 'cloudflare:workers'),
  'events/triggers': arrows(
    'storage storage/triggers domain domain/triggers env',
    'cloudflare:workers',
  ),
  maintenance: arrows(
    `services events/triggers storage storage/accounts storage/content storage/triggers domain
     domain/triggers`,
  ),
  'maintenance/collection': arrows(
    'maintenance services storage storage/garbage storage/trash domain env',
    'cloudflare:workers zod',
  ),
  'maintenance/retention': arrows(
    'maintenance services storage storage/retention storage/trash domain',
  ),
  auth: arrows(
    'storage storage/accounts storage/content storage/trash storage/workspaces rate-limits domain env',
    'jose zod node:crypto',
  ),
  v2: arrows('auth http registry services domain env', 'hono zod'),
  api: arrows(
    `api/contracts auth http registry maintenance maintenance/collection maintenance/retention services
     storage storage/accounts storage/content storage/garbage storage/retention storage/trash
     storage/triggers storage/workspaces events/triggers domain domain/triggers env version`,
    'hono @hono/zod-openapi',
  ),
  'api/contracts': arrows('domain domain/triggers', '@hono/zod-openapi'),
  archive: arrows('domain', 'hash-wasm pako'),
  'archive/read': arrows('archive domain', 'modern-tar'),
  'archive/push': arrows('archive archive/read domain'),
  'archive/write': arrows('domain', 'modern-tar'),
  cli: arrows(
    'cli/relay archive archive/read archive/push archive/write domain',
    'citty cli-progress zod node:*',
  ),
  'cli/relay': arrows('archive archive/push domain', 'node:*'),
  app: arrows('v2 api http env', 'hono'),
  index: arrows(
    'app cached-objects services uploads events events/triggers maintenance maintenance/collection maintenance/retention storage env',
  ),
};

const src = readImports(fileURLToPath(new URL('../../src', import.meta.url)));

const forbidden = (imports: readonly Import[]) => findForbidden(ALLOWED, imports);

test('src imports along the arrows of the design only', () => {
  expect(src.length).toBeGreaterThan(100);
  expect(forbidden(src)).toEqual([]);
});

test('every permission is one that src needs', () => {
  expect(findUnused(ALLOWED, src)).toEqual([]);
  const withoutApp = src.filter(({ file }) => file !== 'app.ts');
  expect(findUnused(ALLOWED, withoutApp)).toContain('app → v2');
});

test('no room is reached from itself', () => {
  expect(findCircle(ALLOWED)).toBeNull();
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
  [
    'storage/trash/a.ts',
    "import { b } from '../content/b.ts';",
    'storage/trash/a.ts → storage/content/b.ts',
  ],
  ['storage/a.ts', "import { b } from './trash/b.ts';", 'storage/a.ts → storage/trash/b.ts'],
  [
    'v2/a.ts',
    "import { DurableObject } from 'cloudflare:workers';",
    'v2/a.ts → cloudflare:workers',
  ],
  ['app.ts', "import { b } from './registry/b.ts';", 'app.ts → registry/b.ts'],
  ['env.ts', "import { b } from './storage/b.ts';", 'env.ts → storage/b.ts'],
  ['index.ts', "import { b } from '../scripts/b.ts';", 'index.ts → ../scripts/b.ts'],
  ['unheard-of/a.ts', "import { z } from 'zod';", 'unheard-of/a.ts → zod'],
])('in %s, %s is found', (file, text, found) => {
  expect(forbidden(findImports(file, text))).toEqual([found]);
});

test.each([
  ['domain/a.ts', "import { z } from 'zod'; import { b } from './b.ts';"],
  ['storage/trash/a.ts', "import { b } from '../schema.ts'; import { c } from './c.ts';"],
  ['storage/a.ts', "// once from '../v2/b.ts'\nexport const text = `import 'hono'`;"],
  ['v2/a.ts', "import { Hono } from 'hono'; import { b } from '../registry/b.ts';"],
  ['index.ts', "export { U } from './uploads/u.ts'; import { a } from './app.ts';"],
])('in %s, %s is allowed', (file, text) => {
  expect(forbidden(findImports(file, text))).toEqual([]);
});

test('an import of a path that is computed cannot hide', () => {
  expect(() => findImports('domain/a.ts', 'await import(name)')).toThrow(/domain\/a\.ts/);
});
