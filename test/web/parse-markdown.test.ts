import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MarkdownNode } from '../../web/ui/markdown/parse-markdown.ts';
import { WorkCounter } from './support/work.ts';

const counter = new WorkCounter();
let parseMarkdown: (text: string) => readonly MarkdownNode[] | null;

beforeAll(async () => {
  await counter.start();
  ({ parseMarkdown } = await import('../../web/ui/markdown/parse-markdown.ts'));
});
afterAll(() => counter.stop());

/** What a description may have. */
const MAX_LENGTH = 64 * 1024;

/** Blocks of JavaScript that run for a character, at most. */
const WORK = 1500;

const fill = (pattern: string, length = MAX_LENGTH) =>
  pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);

const filledBy = (line: (n: number) => string) => {
  let text = '';
  for (let n = 0; text.length < MAX_LENGTH; n++) text += `${line(n)}\n`;
  return text.slice(0, MAX_LENGTH);
};

/** Elements, and how deep the deepest is. */
function measure(nodes: readonly MarkdownNode[]): { elements: number; depth: number } {
  let elements = 0;
  let depth = 0;
  const visit = (all: readonly MarkdownNode[], level: number) => {
    depth = Math.max(depth, level);
    for (const node of all) {
      if (typeof node === 'string') continue;
      elements++;
      visit(node.children, level + 1);
    }
  };
  visit(nodes, 0);
  return { elements, depth };
}

/** Parses a text, and expects that neither this nor showing the result is much work. */
async function expectBounded(text: string) {
  await counter.take();
  const nodes = parseMarkdown(text);
  const work = await counter.take();
  const { elements, depth } = measure(nodes ?? []);
  expect(depth).toBeLessThanOrEqual(80);
  expect(elements).toBeLessThanOrEqual(10_000);
  expect(work).toBeLessThan(WORK * (text.length + 1000));
}

const PATHOLOGICAL = {
  quotes: fill('>'),
  'quotes with blanks': fill('> '),
  'emphasis with underscores': fill('*a_'),
  'emphasis that only opens': fill('*a **a '),
  'emphasis that only closes': fill('a***'),
  'emphasis that nests': `${fill('*a ', 30_000)}b${fill(' a*', 30_000)}`,
  'one run of stars on both sides': `${fill('*', 30_000)}a${fill('*', 30_000)}`,
  'two kinds of emphasis that cross': fill('**_a', 30_000) + fill('_**', 30_000),
  strikethrough: fill('~~a **a *a '),
  brackets: fill('['),
  'closing brackets': fill(']'),
  'links in links': `${fill('[', 16_000)}a${fill('](b)', 48_000)}`,
  'links that never end': fill('[a](<b'),
  'titles that never end': fill('[a](b "'),
  'images in images': `${fill('![', 16_000)}a${fill('](b)', 48_000)}`,
  images: fill('![a](https://b.c)'),
  references: `[a]: b\n\n${fill('[a]', 60_000)}`,
  'a long reference many times': `[a]: https://a/${fill('b', 30_000)}\n\n${fill('[a]', 30_000)}`,
  definitions: filledBy((n) => `[a${n}]: b`),
  'definitions in quotes': filledBy(() => `${fill('>', 30)}[a]: b`),
  backticks: fill('`'),
  'backticks of many lengths': filledBy((n) => `${fill('`', n)}a`).replaceAll('\n', ' '),
  'comments that never end': fill('<!--'),
  'tags that never end': fill('<a '),
  'attributes that never end': fill('<a b="'),
  'instructions that never end': fill('<?'),
  'sections that never end': fill('<![CDATA['),
  'blocks of HTML': filledBy(() => '<div>'),
  addresses: fill('http://a.b '),
  'mail addresses': fill('a@b.c '),
  'parts of addresses': fill('a@b.'),
  'an address with brackets': `http://a.b/${fill('((', 60_000)}`,
  entities: fill('&'),
  'entities that never end': fill('&#x'),
  escapes: fill('\\*'),
  'lists on one line': fill('- '),
  'numbered lists on one line': fill('1. '),
  'lists and quotes on one line': fill('> 1. - '),
  'a list that grows deeper': filledBy((n) => `${fill(' ', 2 * n)}- a`),
  'a list of many items': filledBy(() => '- a'),
  'a list of empty items': filledBy(() => '-'),
  'a loose list': filledBy(() => '- a\n'),
  'two lists in turn': filledBy((n) => (n % 2 ? '- a' : '* a')),
  'lines that continue a deep quote': `${fill('> ', 1000)}a\n${fill('b\n', 60_000)}`,
  'quotes on each line': filledBy(() => `${fill('> ', 70)}a`),
  'deep indentation': filledBy((n) => `${fill(' ', n % 500)}a`),
  tabs: fill('\t- '),
  'empty lines': fill('\n'),
  'a table of many columns': `|${fill('a|', 2000)}\n|${fill('-|', 2000)}\n${fill('|\n', 60_000)}`,
  'a table of many rows': `|a|b|\n|-|-|\n${fill('|a|b|\n', 60_000)}`,
  'tables that never begin': filledBy(() => 'a | b'),
  headings: filledBy(() => '# a'),
  'underlined headings': filledBy(() => 'a\n='),
  rules: filledBy(() => '* * *'),
  fences: filledBy((n) => fill('`', 3 + (n % 5))),
  'hard breaks': fill('a  \n'),
  'one word': fill('a'),
  NUL: fill('\0'),
  'halves of characters': fill('\ud800'),
};

describe('a description made to take the page away is bounded work', () => {
  test.each(Object.entries(PATHOLOGICAL))('%s', async (_name, text) => {
    await expectBounded(text);
  });

  test('whatever repeats', async () => {
    const marks = '> |- |* |1. |*|**|_|~~|`|```|[|]|](|![|(|)|<|<a|<!--|</|&|&#x|\\|#'.split('|');
    const others = [
      '|',
      '|-|',
      '\n',
      '\n\n',
      '\t',
      ' ',
      '    ',
      'a',
      'http://',
      'www.',
      '@b.c',
      '[a]: b',
    ];
    const rest = ['"', "'", '=', '-', ':', '\0', '\ud83d'];
    const piece = fc.constantFrom(...marks, ...others, ...rest);
    const pattern = fc.array(piece, { minLength: 1, maxLength: 6 });
    const run = fc.tuple(pattern, fc.integer({ min: 1, max: 4000 }));
    const text = fc.array(run, { minLength: 1, maxLength: 4 }).map((runs) =>
      runs
        .map(([pieces, times]) => pieces.join('').repeat(times))
        .join('')
        .slice(0, MAX_LENGTH / 4),
    );
    await fc.assert(fc.asyncProperty(text, expectBounded), { numRuns: 100 });
  });
});

describe('what is too much to render is left as it is', () => {
  test.each([
    ['nesting', '> '.repeat(45)],
    ['emphasis in emphasis', `${'*a '.repeat(100)}b${' a*'.repeat(100)}`],
    ['elements', '- a\n'.repeat(6000)],
    ['length', 'a'.repeat(MAX_LENGTH + 1)],
  ])('%s', (_name, text) => {
    expect(parseMarkdown(text)).toBeNull();
  });

  test('but nothing that people write', () => {
    expect(parseMarkdown('> '.repeat(20))).not.toBeNull();
    const row = '| a | b | c | d |\n';
    expect(parseMarkdown(`${row}|-|-|-|-|\n${row.repeat(1000)}`)).not.toBeNull();
  });
});

/** The elements as HTML, but nothing is escaped. */
function toHtml(nodes: readonly MarkdownNode[] | null): string {
  const html = (node: MarkdownNode): string => {
    if (typeof node === 'string') return node;
    const attributes = Object.entries(node.attributes).map(
      ([name, value]) => ` ${name}="${value}"`,
    );
    return `<${node.tag}${attributes.join('')}>${node.children.map(html).join('')}</${node.tag}>`;
  };
  return (nodes ?? []).map(html).join('');
}

describe('Markdown', () => {
  test.each([
    ['# A *b* **c** ~~d~~ `e`', '<h1>A <em>b</em> <strong>c</strong> <s>d</s> <code>e</code></h1>'],
    ['a  \nb\nc', '<p>a<br></br>b\nc</p>'],
    ['```sh\nmake\n```', '<pre><code>make\n</code></pre>'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['- [x] a\n- [ ] b', '<ul><li>☑ a</li><li>☐ b</li></ul>'],
    ['a [x] b', '<p>a [x] b</p>'],
    ['[a](https://b.c "d")', '<p><a href="https://b.c" title="d">a</a></p>'],
    ['[a](javascript:b)', '<p><span>a</span></p>'],
    ['[a](/b)', '<p><span>a</span></p>'],
    [
      'see https://b.c and README.md',
      '<p>see <a href="https://b.c">https://b.c</a> and README.md</p>',
    ],
    ['![a *b*](https://b.c/d.png)', '<p><img src="https://b.c/d.png" alt="a b"></img></p>'],
    ['![a](data:b)', '<p><span>a</span></p>'],
    ['<b onclick="a">c</b>', '<p>c</p>'],
    ['<div>\na\n</div>\n\nb', '<p>b</p>'],
    ['<script>a</script>', ''],
  ])('%j', (text, html) => {
    expect(toHtml(parseMarkdown(text))).toBe(html);
  });

  test('has tables with aligned columns', () => {
    const html = toHtml(parseMarkdown('| a | b |\n|--|-:|\n| c | d |'));
    expect(html).toContain('<tr><td>c</td><td style="text-align:right">d</td></tr>');
  });
});
