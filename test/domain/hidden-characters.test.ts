import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasHidden, showHidden, splitHidden } from '../../src/domain/hidden-characters.ts';

test.each([
  ['an override of direction', 'a\u202eb', 'a⟨U+202E⟩b'],
  ['an isolate', '\u2066a\u2069', '⟨U+2066⟩a⟨U+2069⟩'],
  ['a mark of direction', 'a\u200fb\u061c', 'a⟨U+200F⟩b⟨U+061C⟩'],
  ['a space without width', 'a\u200bb\ufeff', 'a⟨U+200B⟩b⟨U+FEFF⟩'],
  ['a joiner between letters that do not join', 'a\u200db', 'a⟨U+200D⟩b'],
  ['a soft hyphen', 'a\u00adb', 'a⟨U+00AD⟩b'],
  ['a filler', 'a\u3164\u115f\uffa0\u2800', 'a⟨U+3164⟩⟨U+115F⟩⟨U+FFA0⟩⟨U+2800⟩'],
  ['a variation of a digit', '1\ufe0f', '1⟨U+FE0F⟩'],
  ['tags that say something', '\u{e0041}\u{e0042}', '⟨U+E0041⟩⟨U+E0042⟩'],
  ['NUL, escape and DEL', '\0\u001b[31m\u007f', '⟨U+0000⟩⟨U+001B⟩[31m⟨U+007F⟩'],
  ['controls above ASCII', '\u0085\u009b', '⟨U+0085⟩⟨U+009B⟩'],
  ['a separator of lines', 'a\u2028b', 'a⟨U+2028⟩b'],
  ['half a character', 'a\ud800b', 'a⟨U+D800⟩b'],
])('%s is shown by its name', (_what, text, shown) => {
  expect(showHidden(text)).toBe(shown);
  expect(hasHidden(text)).toBe(true);
});

test.each([
  ['Chinese', '镜像　管理'],
  ['an emoji of several characters', '👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽'],
  ['Persian with a joiner', 'می\u200cخواهم'],
  ['Devanagari with a joiner', 'क्\u200dष'],
  ['an ideograph with a variation', '葛\u{e0100}'],
  ['Hebrew', 'שלום'],
  ['accents that combine', 'e\u0301'],
])('%s stays as it is', (_what, text) => {
  expect(showHidden(text)).toBe(text);
  expect(hasHidden(text)).toBe(false);
});

test('the ends of lines stay where a text has lines, and are shown elsewhere', () => {
  expect(showHidden('a\tb\r\nc\n', true)).toBe('a\tb\r\nc\n');
  expect(showHidden('a\rb', true)).toBe('a⟨U+000D⟩b');
  expect(showHidden('a\nb')).toBe('a⟨U+000A⟩b');
});

test('whatever a text has, what is shown has nothing hidden, and all of the rest', () => {
  const text = fc.string({ unit: 'binary', maxLength: 50 });
  fc.assert(
    fc.property(text, (value) => {
      expect(splitHidden(showHidden(value)).filter(({ isHidden }) => isHidden)).toEqual([]);
      const kept = splitHidden(value).filter(({ isHidden }) => !isHidden);
      const rest = kept.map((part) => part.text).join('');
      expect(rest.length).toBeLessThanOrEqual(value.length);
    }),
  );
});
