import type { MarkdownNode } from './parse-markdown.ts';

/**
 * Puts headings below those of the page: the first starts at `level`, and no level is skipped, so
 * that the outline of the page is sound.
 */
export function levelHeadings(nodes: readonly MarkdownNode[], level: number): void {
  let last = level - 1;
  const visit = (node: MarkdownNode) => {
    if (typeof node === 'string') return;
    const depth = /^h([1-6])$/.exec(node.tag)?.[1];
    if (depth) {
      last = Math.min(Number(depth) + level - 1, last + 1, 6);
      node.tag = `h${last}`;
    }
    node.children.forEach(visit);
  };
  nodes.forEach(visit);
}
