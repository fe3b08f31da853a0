import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = globSync(['*.md', 'docs/**/*.md', 'src/**/*.md'], { cwd: root }).sort();

/** Paths of code in backticks, as `v2/guard.ts` or `src/v2/guard.ts`; a star stands for any text. */
const CODE = /`([\w./*-]+\/[\w.*-]+\.(?:tsx?|sql|toml))`/g;
/** Targets of links in the repository, without their anchors. */
const LINK = /\]\((?!https?:|#|mailto:)([^)#\s]+)/g;

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((match) => String(match[1]));

function isThere(page: string, path: string): boolean {
  const bases = ['', 'src', dirname(page)];
  return bases.some((base) => globSync(join(base, path), { cwd: root }).length > 0);
}

test.each(pages)('%s points at what is there', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const missing = [
    ...matches(text, CODE).filter((path) => !isThere(page, path)),
    ...matches(text, LINK).filter((path) => !existsSync(join(root, dirname(page), path))),
  ];
  expect(missing).toEqual([]);
});

test('comments point at files that are there', () => {
  const files = globSync(['{src,web,test,scripts}/**/*.{ts,tsx}'], { cwd: root });
  const pointer =
    /(?:\/\/|\*).*?\b((?:src|test|web|scripts|migrations)\/[\w./-]+\.(?:tsx?|sql|md))\b/g;
  const missing = files.flatMap((file) =>
    matches(readFileSync(join(root, file), 'utf8'), pointer)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${file} → ${path}`),
  );
  expect(missing).toEqual([]);
});
