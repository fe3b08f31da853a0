/** Markdown as one line of plain text. */
export function oneLine(markdown: string): string {
  return markdown
    .replaceAll(/^\s*(?:`{3}|~{3}).*$/gm, ' ')
    .replaceAll(/!\[([^\]]*)\]\([^)]*\)?/g, '$1')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)?/g, '$1')
    .replaceAll(/<[^>]*>?/g, ' ')
    .replaceAll(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replaceAll(/[*`]+|~~|(?<!\w)_+|_+(?!\w)/g, '')
    .replaceAll(/^\s*[-=|: ]+$/gm, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
