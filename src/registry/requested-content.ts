import type { Digest } from '../domain/digest.ts';
import type { Reference, RepositoryName } from '../domain/names.ts';
import type { PageRequest } from '../domain/paging.ts';
import {
  type BlobRecord,
  type BlobSource,
  blobSourceLookup,
  repositoryBlobLookup,
} from '../storage/content/blobs.ts';
import {
  type ManifestRecord,
  repositoryListedLookup,
  repositoryManifestBlobsLookup,
  repositoryManifestLookup,
} from '../storage/content/manifests.ts';
import {
  type ReferrersPage,
  type ReferrersRequest,
  repositoryReferrersLookup,
} from '../storage/content/referrers.ts';
import { repositoryTagsLookup } from '../storage/content/tags.ts';
import { constantLookup, type Lookup, type LookupResults } from '../storage/lookups.ts';

/** Lookups of the content that a request asks for, run in the query that authorizes it. */
export type ContentLookups = {
  readonly blob: Lookup<BlobRecord | null>;
  /** Where the blob is to be mounted from; null if nowhere, or where the request names no place. */
  readonly source: Lookup<BlobSource | null>;
  readonly manifest: Lookup<ManifestRecord | null>;
  /** One tag more than the page that was asked for. */
  readonly tags: Lookup<readonly string[]>;
  readonly referrers: Lookup<ReferrersPage>;
  /** Blobs of the manifest, which a pull will request next. */
  readonly blobs: Lookup<readonly BlobRecord[]>;
  /** Whether an index of the image lists the manifest; only where it is asked for by digest. */
  readonly isListed: Lookup<boolean>;
};

/** The content found; null or empty if it was not found or not looked up. */
export type RequestedContent = LookupResults<ContentLookups>;

const NO_REFERRERS: ReferrersPage = { referrers: [], more: false };

export const NOTHING_FOUND: RequestedContent = {
  blob: null,
  source: null,
  manifest: null,
  tags: [],
  referrers: NO_REFERRERS,
  blobs: [],
  isListed: false,
};

/** Docker allows 127 layers; further blobs are looked up one by one. */
const MAX_BLOBS = 128;

/** For requests that need no content looked up. */
export const NO_LOOKUPS: ContentLookups = {
  blob: constantLookup(null),
  source: constantLookup(null),
  manifest: constantLookup(null),
  tags: constantLookup([]),
  referrers: constantLookup(NO_REFERRERS),
  blobs: constantLookup([]),
  isListed: constantLookup(false),
};

export function lookupBlob(digest: Digest): ContentLookups {
  return { ...NO_LOOKUPS, blob: repositoryBlobLookup(digest) };
}

/** A blob that may be here already, or in another repository that it is mounted from. */
export function lookupMount(digest: Digest, from: RepositoryName | null): ContentLookups {
  const source = from ? { source: blobSourceLookup(from, digest) } : {};
  return { ...lookupBlob(digest), ...source };
}

export function lookupManifest(reference: Reference): ContentLookups {
  return { ...NO_LOOKUPS, manifest: repositoryManifestLookup(reference) };
}

/** See pageOfTags. */
export function lookupTags(page: PageRequest): ContentLookups {
  return { ...NO_LOOKUPS, tags: repositoryTagsLookup({ ...page, limit: page.limit + 1 }) };
}

export function lookupReferrers(wanted: ReferrersRequest): ContentLookups {
  return { ...NO_LOOKUPS, referrers: repositoryReferrersLookup(wanted) };
}

/** As lookupManifest, with its blobs and what lists it. */
export function lookupManifestAndBlobs(reference: Reference): ContentLookups {
  return {
    ...lookupManifest(reference),
    blobs: repositoryManifestBlobsLookup(reference, MAX_BLOBS),
    ...(reference.kind === 'digest' && { isListed: repositoryListedLookup(reference) }),
  };
}
