import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findImports, type Import, readImports } from './support/imports.ts';

/** What a room (a folder, two levels deep, or a file beside the folders) may import besides itself. */
interface Arrows {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

/** The arrows of the design. Importing a type counts. */
const ALLOWED: Record<string, Arrows> = {
  domain: arrows('', 'zod'),
  env: arrows('', 'zod'),
  storage: arrows('domain', 'drizzle-orm'),
  'storage/accounts': arrows('storage domain', 'drizzle-orm'),
  'storage/content': arrows('storage storage/workspaces domain', 'drizzle-orm'),
  'storage/garbage': arrows('storage domain', 'drizzle-orm'),
  'storage/retention': arrows('storage storage/trash domain', 'drizzle-orm'),
  'storage/trash': arrows('storage domain', 'drizzle-orm'),
  'storage/workspaces': arrows('storage domain', 'drizzle-orm'),
  services: arrows('storage env'),
  http: arrows('domain', 'hono'),
  uploads: arrows('http storage storage/content domain env', 'cloudflare:workers node:crypto'),
  registry: arrows(
    'services uploads archive/write storage storage/content storage/trash storage/workspaces domain',
  ),
  events: arrows('storage domain env', 'cloudflare:workers'),
  maintenance: arrows('services uploads storage storage/accounts storage/content domain'),
  'maintenance/collection': arrows(
    'services storage storage/garbage storage/trash domain env',
    'cloudflare:workers zod',
  ),
  'maintenance/retention': arrows('services storage storage/retention domain'),
  auth: arrows(
    'storage storage/accounts storage/content storage/trash storage/workspaces domain env',
    'jose zod node:crypto',
  ),
  v2: arrows('auth http registry services domain env', 'hono zod'),
  api: arrows(
    `api/contracts auth http registry maintenance maintenance/collection maintenance/retention services
     storage storage/accounts storage/content storage/garbage storage/retention storage/trash
     storage/workspaces domain env`,
    'hono @hono/zod-openapi',
  ),
  'api/contracts': arrows('domain', '@hono/zod-openapi'),
  archive: arrows('domain', 'hash-wasm'),
  'archive/read': arrows('archive domain', 'modern-tar'),
  'archive/push': arrows('archive archive/read domain'),
  'archive/write': arrows('domain', 'modern-tar'),
  cli: arrows(
    'cli/relay archive archive/read archive/push archive/write domain',
    'citty cli-progress zod node:*',
  ),
  'cli/relay': arrows('archive archive/push domain', 'node:*'),
  app: arrows('v2 api env', 'hono'),
  index: arrows(
    'app services uploads events maintenance maintenance/collection maintenance/retention env',
  ),
};

function arrows(rooms: string, packages = ''): Arrows {
  const words = (text: string) => text.split(/\s+/).filter(Boolean);
  return { rooms: words(rooms), packages: words(packages) };
}

/** `storage/trash` of `storage/trash/purge.ts`, `env` of `env.ts`, and nothing of a path outside. */
function roomOf(path: string): string {
  const folders = path.split('/').slice(0, -1);
  return folders.length === 0 ? path.replace(/\.ts$/, '') : folders.slice(0, 2).join('/');
}

/** The permission an import needs: null inside a room. */
function needed({ target, isPackage, file }: Import): { room?: string; package?: string } | null {
  if (!isPackage) return roomOf(target) === roomOf(file) ? null : { room: roomOf(target) };
  const { packages = [] } = ALLOWED[roomOf(file)] ?? {};
  const anyNode = target.startsWith('node:') && packages.includes('node:*');
  return { package: anyNode ? 'node:*' : target };
}

function isAllowed(one: Import): boolean {
  const allowed = ALLOWED[roomOf(one.file)];
  if (!allowed) return false;
  const need = needed(one);
  if (need === null) return true;
  if (need.package) return allowed.packages.includes(need.package);
  return allowed.rooms.includes(need.room ?? '');
}

/** Permissions that no import of these needs. */
function unused(imports: readonly Import[]): string[] {
  const used = new Set<string>();
  for (const one of imports) {
    const need = needed(one);
    if (need) used.add(`${roomOf(one.file)} → ${need.package ?? need.room}`);
  }
  return Object.entries(ALLOWED)
    .flatMap(([from, { rooms, packages }]) =>
      [...rooms, ...packages].map((to) => `${from} → ${to}`),
    )
    .filter((permission) => !used.has(permission));
}

/** A chain of rooms that leads back to its beginning, or null. */
function findCircle(): string | null {
  const done = new Set<string>();
  const visit = (room: string, path: readonly string[]): string | null => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room].join(' → ');
    if (done.has(room)) return null;
    for (const next of ALLOWED[room]?.rooms ?? []) {
      const circle = visit(next, [...path, room]);
      if (circle) return circle;
    }
    done.add(room);
    return null;
  };
  for (const room of Object.keys(ALLOWED)) {
    const circle = visit(room, []);
    if (circle) return circle;
  }
  return null;
}

const src = readImports(fileURLToPath(new URL('../../src', import.meta.url)));

const forbidden = (imports: readonly Import[]) =>
  imports.filter((one) => !isAllowed(one)).map(({ file, target }) => `${file} → ${target}`);

test('src imports along the arrows of the design only', () => {
  expect(src.length).toBeGreaterThan(100);
  expect(forbidden(src)).toEqual([]);
});

test('every permission is one that src needs', () => {
  expect(unused(src)).toEqual([]);
  expect(unused(src.filter(({ file }) => file !== 'app.ts'))).toContain('app → v2');
});

test('no room is reached from itself', () => {
  expect(findCircle()).toBeNull();
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
  ['env.ts', "import { b } from './domain/b.ts';", 'env.ts → domain/b.ts'],
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
