import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  type ArrowTable,
  arrows,
  findCircle,
  findForbidden,
  findUnused,
} from './support/arrows.ts';
import { findImports, readImports } from './support/imports.ts';

/**
 * The rooms of the console, and which others each may import. A folder's own files are what its
 * rooms share, so the rooms import them and never the other way round.
 */
const ALLOWED: ArrowTable = {
  main: arrows('app locales ui'),
  app: arrows('api router ui'),
  router: arrows('routes'),
  routes: arrows(
    `api pages pages/account pages/departments pages/help pages/image pages/images pages/overview
     pages/project pages/projects pages/trash pages/user pages/users pages/version pages/workspace
     pages/workspaces paths search shell src/domain ui`,
  ),
  shell: arrows('api forms/accounts lazy-part paths src/version ui ui/menu upload'),
  pages: arrows('api forms forms/accounts forms/push lazy-part paths ui ui/dialog ui/table'),
  'pages/account': arrows(
    'api forms/accounts locales pages paths src/domain ui ui/dialog ui/table',
  ),
  'pages/departments': arrows('api forms pages paths ui ui/dialog ui/menu ui/table'),
  'pages/help': arrows('api pages paths src/version ui ui/dialog'),
  'pages/image': arrows(
    `api forms/images lazy-part pages pages/images paths src/domain ui ui/dialog ui/markdown
     ui/menu ui/table`,
  ),
  'pages/images': arrows(
    `api forms/images forms/upload lazy-part pages paths src/domain ui ui/dialog ui/markdown
     ui/menu ui/table`,
  ),
  'pages/overview': arrows('api paths ui ui/table'),
  'pages/project': arrows(
    'api forms forms/projects pages pages/triggers paths ui ui/dialog ui/menu ui/table',
  ),
  'pages/projects': arrows('api forms/projects pages paths src/domain ui ui/dialog ui/table'),
  'pages/trash': arrows(
    'api forms/trash lazy-part pages paths src/domain ui ui/dialog ui/menu ui/table',
  ),
  'pages/triggers': arrows('api forms forms/triggers pages ui ui/dialog ui/table'),
  'pages/user': arrows('api forms forms/accounts paths ui ui/dialog ui/table'),
  'pages/users': arrows('api forms/accounts pages pages/user paths ui ui/dialog ui/table'),
  'pages/version': arrows(
    'api deploy lazy-part pages/image paths src/domain ui ui/dialog ui/menu ui/table',
  ),
  'pages/workspace': arrows(
    `api forms/garbage forms/retention pages pages/images pages/triggers pages/workspaces paths src/domain ui
     ui/dialog ui/table`,
  ),
  'pages/workspaces': arrows(
    `api forms/garbage forms/workspaces lazy-part pages paths src/domain ui ui/dialog ui/menu
     ui/table`,
  ),
  forms: arrows('api src/domain ui ui/dialog'),
  'forms/accounts': arrows('api forms paths src/domain ui ui/dialog'),
  'forms/garbage': arrows('api forms ui ui/dialog'),
  'forms/triggers': arrows('api forms src/domain src/domain/triggers ui/dialog'),
  'forms/images': arrows('api forms forms/trash ui ui/dialog ui/markdown'),
  'forms/projects': arrows('api forms paths src/domain ui ui/dialog'),
  'forms/push': arrows('api forms forms/projects paths src/domain ui ui/dialog upload'),
  'forms/retention': arrows('api forms src/domain ui ui/dialog'),
  'forms/trash': arrows('api forms ui ui/dialog'),
  'forms/upload': arrows('api forms/push ui ui/dialog upload'),
  'forms/workspaces': arrows('api forms forms/trash src/domain ui ui/dialog'),
  upload: arrows('api src/archive src/archive/push src/archive/read src/domain'),
  api: arrows('lazy-part locales/en src/api src/domain'),
  ui: arrows('deploy lazy-part locales paths src/domain'),
  'ui/dialog': arrows('ui'),
  'ui/markdown': arrows('lazy-part src/domain ui'),
  'ui/menu': arrows('ui'),
  'ui/table': arrows('src/domain'),
  locales: arrows('locales/en locales/zh src/domain'),
  'locales/en': arrows(''),
  'locales/zh': arrows('locales/en'),
  deploy: arrows(''),
  'lazy-part': arrows(''),
  paths: arrows('src/domain'),
  search: arrows(''),
};

/** Which packages the console uses is what package.json says. */
const withoutPackages = (imports: ReturnType<typeof findImports>) =>
  imports.filter(({ isPackage }) => !isPackage);

const web = withoutPackages(readImports(fileURLToPath(new URL('../../web', import.meta.url))));

test('the console imports only along the arrows of the design', () => {
  expect(web.length).toBeGreaterThan(100);
  expect(findForbidden(ALLOWED, web)).toEqual([]);
});

test('every permission is one that the console needs', () => {
  expect(findUnused(ALLOWED, web)).toEqual([]);
  const withoutApp = web.filter(({ file }) => file !== 'app.tsx');
  expect(findUnused(ALLOWED, withoutApp)).toContain('app → router');
});

test('no room is reached from itself', () => {
  expect(findCircle(ALLOWED)).toBeNull();
  const withArrowBack = { ...ALLOWED, ui: arrows('ui/dialog') };
  expect(findCircle(withArrowBack)).toContain('ui → ui/dialog');
});

test('the console imports the code of the API as types only', () => {
  const reached = web.filter(({ target }) => target.startsWith('../src/api/'));
  expect(reached.map(({ file }) => file)).toEqual(['api/contract.ts']);
});

test.each([
  ['ui/a.tsx', "import { b } from '../api/b.ts';", 'ui/a.tsx → api/b.ts'],
  ['ui/a.tsx', "import { b } from './table/b.tsx';", 'ui/a.tsx → ui/table/b.tsx'],
  ['ui/table/a.tsx', "import { b } from '../menu/b.tsx';", 'ui/table/a.tsx → ui/menu/b.tsx'],
  ['forms/a.tsx', "import { b } from '../pages/b.tsx';", 'forms/a.tsx → pages/b.tsx'],
  ['pages/a.tsx', "const b = await import('./b/c.tsx');", 'pages/a.tsx → pages/b/c.tsx'],
  [
    'pages/a.tsx',
    "import type { B } from '../../src/storage/b.ts';",
    'pages/a.tsx → ../src/storage/b.ts',
  ],
  [
    'upload/a.ts',
    "import { b } from '../../src/archive/write/b.ts';",
    'upload/a.ts → ../src/archive/write/b.ts',
  ],
])('in %s, %s is found', (file, text, found) => {
  expect(findForbidden(ALLOWED, withoutPackages(findImports(file, text)))).toEqual([found]);
});
