interface Node {
  readonly type: string;
  tagName?: string;
  readonly children?: Node[];
}

/**
 * A plugin of the Markdown renderer that puts headings below those of the page: the first starts at
 * `level`, and no level is skipped, so that the outline of the page is sound.
 */
export function levelHeadings(level: number) {
  return (tree: Node): void => {
    let last = level - 1;
    const visit = (node: Node) => {
      const depth = /^h([1-6])$/.exec(node.tagName ?? '')?.[1];
      if (depth) {
        last = Math.min(Number(depth) + level - 1, last + 1, 6);
        node.tagName = `h${last}`;
      }
      node.children?.forEach(visit);
    };
    visit(tree);
  };
}
