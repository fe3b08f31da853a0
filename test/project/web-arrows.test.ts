import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Import, readImports } from './support/imports.ts';

/** The layers of the console, and which of the others each may import. */
const ALLOWED: Record<string, string> = {
  main: 'app locales ui',
  app: 'api router ui',
  router: 'routes',
  routes: 'api pages paths search shell ui',
  shell: 'api forms lazy-part locales paths ui upload',
  pages: 'api forms lazy-part locales paths ui',
  forms: 'api locales paths ui upload src/domain',
  upload: 'api src/archive src/domain',
  api: 'lazy-part locales src/api',
  ui: 'lazy-part locales paths',
  'lazy-part': '',
  paths: '',
  search: '',
  locales: '',
};

/** `pages` of `pages/images.tsx`, `src/api` of what is reached there. */
function layerOf(path: string): string {
  const outside = /^\.\.\/(src\/\w+)/.exec(path);
  return outside?.[1] ?? path.replace(/(?:\.tsx?|\/.*)$/, '');
}

function isAllowed({ file, target, isPackage }: Import): boolean {
  if (isPackage || /\.css$/.test(target)) return true;
  const from = layerOf(file);
  const to = layerOf(target);
  return from === to || (ALLOWED[from]?.split(' ').includes(to) ?? false);
}

const imports = readImports(fileURLToPath(new URL('../../web', import.meta.url))).filter(
  ({ file }) => file !== 'vite.config.ts',
);

test('the console imports along the arrows of the design only', () => {
  expect(imports.length).toBeGreaterThan(100);
  const forbidden = imports.filter((one) => !isAllowed(one));
  expect(forbidden.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
});

test('what the server is made of reaches the console as types only', () => {
  const reached = imports.filter(({ target }) => layerOf(target) === 'src/api');
  expect(reached.map(({ file }) => file)).toEqual(['api/contract.ts']);
});

test.each([
  ['ui/a.tsx', '../api/b.ts'],
  ['forms/a.tsx', '../pages/b.tsx'],
  ['pages/a.tsx', '../../src/storage/b.ts'],
  ['api/a.ts', '../ui/b.tsx'],
])('%s may not import %s', (file, source) => {
  const target = source.replace('../', '');
  expect(isAllowed({ file, target, isPackage: false })).toBe(false);
});
