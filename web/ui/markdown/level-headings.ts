interface Node {
  readonly type: string;
  tagName?: string;
  readonly children?: Node[];
}

/**
 * A step of the Markdown renderer: puts headings below those of the page. The first begin at
 * `level`, and none skips one, so that an outline of the page can be read.
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
