/** What a conditional header names: any content there is, or entity tags with their quotes. */
type Condition = '*' | readonly string[];

/** https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3: it may have commas, but no spaces. */
const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const TAGS = new RegExp(`^[ \\t,]*${TAG}(?:[ \\t]*,[ \\t,]*${TAG})*[ \\t,]*$`);

/** Parses If-Match or If-None-Match; null if it names nothing, or is neither `*` nor entity tags. */
export function parseCondition(header: string): Condition | null {
  if (header.trim() === '*') return '*';
  return TAGS.test(header) ? (header.match(new RegExp(TAG, 'g')) ?? []) : null;
}

/**
 * Whether an If-None-Match header names the entity tag of what there is.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 * @param etag with its quotes; null if it has none
 */
export function matchesEtag(header: string, etag: string | null): boolean {
  const named = parseCondition(header);
  if (named === '*') return true;
  return etag !== null && (named ?? []).map(withoutWeakness).includes(withoutWeakness(etag));
}

const withoutWeakness = (tag: string) => tag.replace(/^W\//, '');

/**
 * Whether an If-Match header names the entity tag of what there is. A weak one does not promise the
 * same bytes.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
 * @param etag with its quotes; null if it has none
 */
export function matchesEtagStrongly(header: string, etag: string | null): boolean {
  const named = parseCondition(header);
  if (named === '*') return true;
  return etag !== null && !etag.startsWith('W/') && (named ?? []).includes(etag);
}

/**
 * The Range header, unless If-Range names another entity tag than the current one. A date in
 * If-Range never matches, because we send no Last-Modified.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
 */
export function rangeIfUnchanged(
  range: string | undefined,
  ifRange: string | undefined,
  etag: string,
): string | undefined {
  return ifRange === undefined || ifRange.trim() === etag ? range : undefined;
}
