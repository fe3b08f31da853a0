import { type Digest, parseDigest } from '../domain/digest.ts';
import { parseReference } from '../domain/names.ts';
import {
  type ContentLookups,
  NO_CONTENT,
  seekBlob,
  seekManifest,
  seekManifestAndBlobs,
} from '../registry/requested-content.ts';
import type { V2Context } from './http.ts';

/** What the address of a request names in the repository, to be found as access is decided. */
export type Find = (c: V2Context) => ContentLookups;

export const findNothing: Find = () => NO_CONTENT;

/** An upload is known to the object that owns it, and not to the database. */
export const findUpload: Find = () => NO_CONTENT;

export const findBlob: Find = (c) => {
  const digest = readDigest(c);
  return digest ? seekBlob(digest) : NO_CONTENT;
};

export const findManifest: Find = (c) => {
  // What is not well formed is refused by the handler, once access is decided.
  const reference = orNull(() => parseReference(c.req.param('reference') ?? ''));
  if (reference === null) return NO_CONTENT;
  return c.req.raw.method === 'HEAD' ? seekManifest(reference) : seekManifestAndBlobs(reference);
};

/** The digest in the address of a blob; null when it is none. */
export function readDigest(c: V2Context): Digest | null {
  return orNull(() => parseDigest(c.req.param('digest') ?? ''));
}

function orNull<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
