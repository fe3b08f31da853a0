/** Joiners in scripts that need them, between letters. */
const JOINER =
  '(?<=[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{M}])[\\u200c\\u200d]';

/** Controls, halves of characters, marks of direction, and whatever Unicode calls ignorable. */
const HIDDEN = [
  '\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}',
  '\\p{Default_Ignorable_Code_Point}\\p{Bidi_Control}\\u2800\\ufff9-\\ufffb',
].join('');

/** Characters with what belongs to them: parts of an emoji, variations. */
const WHOLE = [
  '(?=[\\p{Extended_Pictographic}\\p{RI}#*0-9])\\p{RGI_Emoji}',
  '\\p{Extended_Pictographic}[\\ufe0e\\ufe0f]',
  '\\p{Ideographic}[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]',
].join('|');

const SCAN = new RegExp(`${JOINER}|(?<hidden>[${HIDDEN}])|${WHOLE}`, 'gv');

/** A part of a text: as it is, or the name of a hidden character. */
export interface TextPart {
  readonly text: string;
  readonly isHidden: boolean;
}

/**
 * Splits a text at its hidden characters, each of which becomes its name, `U+202E`.
 * @param hasLines whether line ends and tabs are no hidden characters
 */
export function splitHidden(text: string, hasLines = false): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { index, groups } of text.matchAll(SCAN)) {
    const hidden = groups?.hidden;
    if (hidden === undefined || (hasLines && isLayout(text, index))) continue;
    if (index > end) parts.push({ text: text.slice(end, index), isHidden: false });
    parts.push({ text: nameOf(hidden), isHidden: true });
    end = index + hidden.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isHidden: false });
  return parts;
}

/** A text with its hidden characters as `⟨U+202E⟩`. */
export function showHidden(text: string, hasLines = false): string {
  return splitHidden(text, hasLines)
    .map((part) => (part.isHidden ? `⟨${part.text}⟩` : part.text))
    .join('');
}

/** Whether a text has a hidden character. */
export function hasHidden(text: string): boolean {
  return splitHidden(text).some(({ isHidden }) => isHidden);
}

/** A tab, or the end of a line. */
function isLayout(text: string, index: number): boolean {
  const char = text[index];
  return char === '\t' || char === '\n' || (char === '\r' && text[index + 1] === '\n');
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
