import { expect, test } from 'vitest';
import { oneLine } from '../../web/ui/markdown/one-line.ts';

test.each([
  ['# Title\n\nTakes **card** _payments_.', 'Title Takes card payments.'],
  ['See [the runbook](https://x.example/a) now', 'See the runbook now'],
  ['![logo](https://x.example/l.png) Shop', 'logo Shop'],
  ['- one\n- two\n1. three', 'one two three'],
  ['> said `so`', 'said so'],
  ['```sh\nmake\n```\ndone', 'make done'],
  ['<p align="center">Hello</p>', 'Hello'],
  ['a snake_case_name stays', 'a snake_case_name stays'],
  ['cut in a [link](https://x.exam', 'cut in a link'],
  ['   ', ''],
])('%j reads as %j', (markdown, text) => {
  expect(oneLine(markdown)).toBe(text);
});
