import type { Digest } from '../domain/digest.ts';
import type { Reference } from '../domain/names.ts';
import { type BlobRecord, repositoryBlob } from '../storage/content/blobs.ts';
import {
  type ManifestRecord,
  repositoryManifest,
  repositoryManifestBlobs,
} from '../storage/content/manifests.ts';
import { known, type LookedUp, type Lookup } from '../storage/lookups.ts';

/** What of a repository a request is after, read with the same query as what decides about it. */
export type ContentLookups = {
  readonly blob: Lookup<BlobRecord | null>;
  readonly manifest: Lookup<ManifestRecord | null>;
  /** Blobs that the manifest names and a pull will ask for next. */
  readonly blobs: Lookup<readonly BlobRecord[]>;
};

/** What was found; null where nothing was sought, too. */
export type Content = LookedUp<ContentLookups>;

export const NOTHING_FOUND: Content = { blob: null, manifest: null, blobs: [] };

/** Docker takes images of 127 layers at most; a client asks for more one by one. */
const MAX_BLOBS = 128;

/** For requests that look for nothing beforehand. */
export const NO_CONTENT: ContentLookups = {
  blob: known(null),
  manifest: known(null),
  blobs: known([]),
};

export function seekBlob(digest: Digest): ContentLookups {
  return { ...NO_CONTENT, blob: repositoryBlob(digest) };
}

export function seekManifest(reference: Reference): ContentLookups {
  return { ...NO_CONTENT, manifest: repositoryManifest(reference) };
}

/** As seekManifest, with the blobs it names. */
export function seekManifestAndBlobs(reference: Reference): ContentLookups {
  return { ...seekManifest(reference), blobs: repositoryManifestBlobs(reference, MAX_BLOBS) };
}
