import MarkdownIt, { type Token } from 'markdown-it';
import { showHidden } from '../../../src/domain/hidden-characters.ts';

/** An element of a rendered text, or text. Its attributes are safe to set. */
export type MarkdownNode = MarkdownElement | string;

export interface MarkdownElement {
  tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly MarkdownNode[];
}

/** Characters that are parsed: what a description may have. */
const MAX_LENGTH = 64 * 1024;

/** Elements within one another, of blocks and then of what a paragraph has. */
const MAX_DEPTH = 40;

/** Elements altogether: what a browser lays out without a pause. */
const MAX_ELEMENTS = 10_000;

/** Elements that an image counts as: it becomes a button with an icon. */
const IMAGE_ELEMENTS = 20;

/** Characters of an address; one reference can repeat it thousands of times. */
const MAX_ADDRESS = 2048;

const SAFE_LINK = /^(?:https?:\/\/|mailto:)/i;

const parser = createParser();

function createParser() {
  // HTML is recognized so that it can be left out. The parser stops at the depth by itself, before
  // it enters what lies deeper.
  const markdown = new MarkdownIt({ html: true, linkify: true, maxNesting: MAX_DEPTH });
  // `README.md` is no address.
  markdown.linkify.set({ fuzzyLink: false });
  // Which links are safe is decided below, and their text stays as it was written.
  markdown.validateLink = () => true;
  markdown.normalizeLinkText = (url) => url;
  return markdown;
}

/**
 * Parses Markdown (CommonMark, tables, strikethrough, task lists) without its HTML.
 * @returns null if the text would be too much to show: too long, too deeply nested, too many
 *   elements
 */
export function parseMarkdown(text: string): readonly MarkdownNode[] | null {
  if (text.length > MAX_LENGTH) return null;
  const tree = new Tree();
  const tokens = parser.parse(text, {});
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'inline') tree.add(token);
    else addInline(tree, token.children ?? [], startsItem(tokens, index));
    if (tree.isTooMuch) return null;
  }
  return tree.root;
}

/** Adds what a paragraph has; the first text of a list's item may begin with a checkbox. */
function addInline(tree: Tree, tokens: readonly Token[], isItem: boolean) {
  for (const [index, token] of tokens.entries()) {
    const box = isItem && index === 0 && /^\[([ xX])\](?=\s)/.exec(token.content);
    if (box) token.content = `${box[1] === ' ' ? '☐' : '☑'}${token.content.slice(3)}`;
    tree.add(token);
  }
}

const startsItem = (tokens: readonly Token[], index: number) =>
  tokens[index - 2]?.type === 'list_item_open';

/** Builds elements from the parser's tokens, which open and close them. */
class Tree {
  readonly root: MarkdownNode[] = [];
  #open = [this.root];
  #elements = 0;
  #isTooDeep = false;

  get isTooMuch() {
    return this.#isTooDeep || this.#elements > MAX_ELEMENTS;
  }

  add(token: Token) {
    // The paragraph of a tight list's item.
    if (token.hidden) return;
    if (token.nesting === 1) this.#enter(token);
    else if (token.nesting === -1) this.#open.pop();
    else this.#addLeaf(token);
  }

  #enter(token: Token) {
    const children: MarkdownNode[] = [];
    this.#append(elementOf(token, children));
    this.#open.push(children);
    // The parser drops what is in a block at its last level.
    if (this.#open.length > 2 * MAX_DEPTH || token.level >= MAX_DEPTH - 1) this.#isTooDeep = true;
  }

  #addLeaf(token: Token) {
    const { type, content } = token;
    if (type === 'text') this.#append(content);
    else if (type === 'softbreak') this.#append('\n');
    else if (type === 'code_inline') this.#append(plainElement('code', [content]));
    else if (type === 'code_block' || type === 'fence')
      this.#append(plainElement('pre', [plainElement('code', [content])]));
    else if (type === 'image') this.#append(imageOf(token), IMAGE_ELEMENTS);
    else if (type === 'hardbreak' || type === 'hr') this.#append(plainElement(token.tag, []));
    // The rest is HTML.
  }

  #append(node: MarkdownNode, elements = 1) {
    this.#elements += elements;
    if (node !== '') this.#open.at(-1)?.push(node);
  }
}

const plainElement = (tag: string, children: readonly MarkdownNode[]): MarkdownElement => ({
  tag,
  attributes: {},
  children,
});

function elementOf(token: Token, children: readonly MarkdownNode[]): MarkdownElement {
  const { tag } = token;
  if (tag !== 'a') return { tag, attributes: attributesOf(token, ['start', 'style']), children };
  const attributes = attributesOf(token, ['href', 'title']);
  return isSafe(attributes.href) ? { tag, attributes, children } : plainElement('span', children);
}

function imageOf(token: Token): MarkdownElement {
  const attributes = attributesOf(token, ['src', 'title']);
  const alt = showHidden(altOf(token.children ?? []));
  if (!isSafe(attributes.src)) return plainElement('span', [alt]);
  return { tag: 'img', attributes: { ...attributes, alt }, children: [] };
}

const altOf = (tokens: readonly Token[]): string =>
  tokens.map((token) => (token.children ? altOf(token.children) : textOf(token))).join('');

function textOf({ type, content }: Token): string {
  if (type.endsWith('break')) return ' ';
  return type === 'text' || type === 'code_inline' ? content : '';
}

function attributesOf(token: Token, names: readonly string[]): Record<string, string> {
  const all = token.attrs?.map(([name, value]) => [name, String(value)] as const) ?? [];
  return Object.fromEntries(
    all
      .filter(([name, value]) => names.includes(name) && value.length <= MAX_ADDRESS)
      .map(([name, value]) => [name, showHidden(value)]),
  );
}

const isSafe = (address: string | undefined) => SAFE_LINK.test(address ?? '');
