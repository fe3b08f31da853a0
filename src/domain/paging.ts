import { RegistryError } from './errors.ts';

/** The page of a list, ordered by key, that a client of /v2 asks for. */
export interface PageRequest {
  readonly limit: number;
  /** The key after which the page begins; empty for the first page. */
  readonly last: string;
}

/** The most entries of a page of /v2. */
export const MAX_PAGE = 1000;

/** The most tags of a page: clients that follow no Link see all tags of nearly every image. */
export const MAX_TAGS_PAGE = 10_000;

/**
 * Reads `n` and `last`. A larger `n` is cut to `most`, as the specification allows.
 * @throws RegistryError PAGINATION_NUMBER_INVALID for an `n` that is not a whole number;
 *   PARAMETER_INVALID for a `last` that is too long
 */
export function parsePage(
  n: string | undefined,
  last: string | undefined,
  most = MAX_PAGE,
): PageRequest {
  if (n !== undefined && !/^[0-9]{1,15}$/.test(n)) {
    throw new RegistryError('PAGINATION_NUMBER_INVALID', undefined, {
      detail: { n: n.slice(0, 100) },
    });
  }
  if (last !== undefined && last.length > 512) {
    throw new RegistryError('PARAMETER_INVALID', 'last is longer than any key of this list');
  }
  return { limit: Math.min(n === undefined ? most : Number(n), most), last: last ?? '' };
}

/**
 * The Link header of a page that is followed by another.
 * https://www.rfc-editor.org/rfc/rfc5988
 * @param path path of the list, already encoded
 */
export function nextLink(path: string, parameters: Record<string, string>): string {
  return `<${path}?${new URLSearchParams(parameters)}>; rel="next"`;
}
