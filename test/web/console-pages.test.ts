import { expect, test } from 'vitest';
import { CONSOLE_PAGES, isConsolePage } from '../../src/domain/console-pages.ts';
import { paths } from '../../web/paths.ts';

test('the addresses of the console are those of its links, and the start', () => {
  const links = Object.values(paths) as ((...given: never[]) => { readonly to: string })[];
  const linked = links.map((link) => link(...(['a', 'b', 'c'] as never[])).to);
  expect([...CONSOLE_PAGES].sort()).toEqual(['/', ...new Set(linked)].sort());
});

test.each([
  '/',
  '/images',
  '/images/',
  '/workspaces/library/images/a~b/versions/v1.2',
  '/workspaces/library/images/app/manifests/sha256:aa',
  '/admin/users/7',
])('%s is one of them', (path) => {
  expect(isConsolePage(path)).toBe(true);
});

test.each([
  '/v1/search',
  '/V2/',
  '/Images',
  '/images/more',
  '/workspaces//images/x',
  '/admin',
  '//',
])('%s is none', (path) => {
  expect(isConsolePage(path)).toBe(false);
});
