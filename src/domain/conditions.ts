/**
 * Whether an If-None-Match header names an entity tag.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 * @param etag with its quotes
 */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return namesAny(header) || entityTags(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * Whether an If-Match header names an entity tag. A weak one does not promise the same bytes.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
 * @param etag with its quotes
 */
export function matchesEtagStrongly(header: string, etag: string): boolean {
  return namesAny(header) || entityTags(header).includes(etag);
}

const namesAny = (header: string) => header.trim() === '*';

/** A tag may have commas in it. https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3 */
const entityTags = (header: string): string[] => header.match(/(?:W\/)?"[^"]*"/g) ?? [];

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
