import { expect, test } from 'vitest';
import { levelHeadings } from '../../web/ui/markdown/level-headings.ts';

/** The headings after leveling, in order. */
function leveled(level: number, tags: readonly string[]): string[] {
  const nodes = tags.map((tag) => ({ tag, attributes: {}, children: [] }));
  levelHeadings(nodes, level);
  return nodes.map(({ tag }) => tag);
}

test('headings begin below those of the page', () => {
  expect(leveled(3, ['h1', 'h2', 'h1'])).toEqual(['h3', 'h4', 'h3']);
});

test('no heading skips a level, so that the outline can be read', () => {
  expect(leveled(3, ['h3', 'h6', 'h1'])).toEqual(['h3', 'h4', 'h3']);
});

test('no heading is below the sixth level', () => {
  expect(leveled(5, ['h1', 'h2', 'h3'])).toEqual(['h5', 'h6', 'h6']);
});

test('other elements stay as they are', () => {
  expect(leveled(3, ['p', 'header', 'hr'])).toEqual(['p', 'header', 'hr']);
});
