import type { Digest } from '../domain/digest.ts';
import type { Reference } from '../domain/names.ts';
import { type BlobRecord, repositoryBlobLookup } from '../storage/content/blobs.ts';
import {
  type ManifestRecord,
  repositoryManifestBlobsLookup,
  repositoryManifestLookup,
} from '../storage/content/manifests.ts';
import { constantLookup, type Lookup, type LookupResults } from '../storage/lookups.ts';

/** What of a repository a request is after, read with the same query as what decides about it. */
export type ContentLookups = {
  readonly blob: Lookup<BlobRecord | null>;
  readonly manifest: Lookup<ManifestRecord | null>;
  /** Blobs that the manifest names and a pull will ask for next. */
  readonly blobs: Lookup<readonly BlobRecord[]>;
};

/** What was found; null where nothing was sought, too. */
export type RequestedContent = LookupResults<ContentLookups>;

export const NOTHING_FOUND: RequestedContent = { blob: null, manifest: null, blobs: [] };

/** Docker takes images of 127 layers at most; a client asks for more one by one. */
const MAX_BLOBS = 128;

/** For requests that look for nothing beforehand. */
export const NO_LOOKUPS: ContentLookups = {
  blob: constantLookup(null),
  manifest: constantLookup(null),
  blobs: constantLookup([]),
};

export function lookupBlob(digest: Digest): ContentLookups {
  return { ...NO_LOOKUPS, blob: repositoryBlobLookup(digest) };
}

export function lookupManifest(reference: Reference): ContentLookups {
  return { ...NO_LOOKUPS, manifest: repositoryManifestLookup(reference) };
}

/** As seekManifest, with the blobs it names. */
export function lookupManifestAndBlobs(reference: Reference): ContentLookups {
  return {
    ...lookupManifest(reference),
    blobs: repositoryManifestBlobsLookup(reference, MAX_BLOBS),
  };
}
