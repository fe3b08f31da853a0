import { Document, type Node, Scalar } from 'yaml';

/** Readers of YAML 1.1, such as Kubernetes, take more words for something else than 1.2 does. */
const OPTIONS = { compat: 'yaml-1.1' } as const;

/** One line a value: what is commented out can be used again by removing the `#`. */
const LAYOUT = {
  lineWidth: 0,
  blockQuote: false,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/** A text that is always quoted: it comes from an image, and may look like anything. */
export class Quoted {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A map with fields after its own that are commented out, under a line that says why. */
export class WithComment {
  readonly fields: object;
  readonly why: string;
  readonly commentedOut: object;

  constructor(fields: object, why: string, commentedOut: object) {
    this.fields = fields;
    this.why = why;
    this.commentedOut = commentedOut;
  }
}

/** Writes a value of plain objects, arrays, texts, numbers and the classes above as YAML. */
export function toYaml(value: object): string {
  const document = new Document(null, OPTIONS);
  document.contents = toNode(document, value) as never;
  return document.toString(LAYOUT).replaceAll(UNSEEN, escapeCharacter);
}

/**
 * Characters that end a line for some readers, or that are invisible: they are in quoted texts only,
 * where their escapes mean the same.
 */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function toNode(document: Document, value: unknown): Node {
  const replace = (_key: unknown, inner: unknown) => {
    if (inner instanceof Quoted) return quoted(inner.text);
    if (inner instanceof WithComment) return commented(document, inner);
    return inner;
  };
  return document.createNode(value, replace, { aliasDuplicateObjects: false });
}

function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}

function commented(document: Document, { fields, why, commentedOut }: WithComment): Node {
  const node = toNode(document, fields);
  const lines = Object.keys(commentedOut).length > 0 ? [why, toYaml(commentedOut).trimEnd()] : [];
  if (lines.length > 0) node.comment = lines.join('\n').replaceAll(/^/gm, ' ');
  return node;
}
