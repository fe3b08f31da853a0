import type { Digest } from '../domain/digest.ts';
import { type ErrorEntry, RegistryError } from '../domain/errors.ts';
import { parseManifestParts } from '../domain/manifest-parts.ts';
import type { Manifest } from '../domain/manifests.ts';
import { formatPlatform } from '../domain/platforms.ts';
import { findMissingReferences } from '../storage/content/manifest-references.ts';
import type { RepositoryContext } from './context.ts';

/** The most entries of the error: a manifest may name 40,000 blobs, and clients print them all. */
const MAX_ENTRIES = 100;

/**
 * The error for a manifest that names content which the repository does not have: what is missing,
 * and of a child of an index its platform.
 * @param text the manifest's
 */
export async function referencesMissing(
  { db, repository }: RepositoryContext,
  manifest: Manifest,
  text: string,
): Promise<RegistryError> {
  const { imageId } = repository;
  // A new image has none of them.
  const missing = imageId === null ? manifest : await findMissingReferences(db, imageId, manifest);
  const all = [
    ...missing.blobs.map(describeBlob),
    ...describeChildren(missing.children, missing.children.length > 0 ? text : null),
  ];
  const left = all.length - MAX_ENTRIES;
  const entries =
    left <= 0
      ? all
      : [
          ...all.slice(0, MAX_ENTRIES - 1),
          { message: `and ${left + 1} more are unknown`, detail: { more: left + 1 } },
        ];
  return new RegistryError('MANIFEST_BLOB_UNKNOWN', undefined, { entries });
}

const describeBlob = (digest: Digest): ErrorEntry => ({
  message: `blob ${digest} is unknown`,
  detail: { digest },
});

function describeChildren(children: readonly Digest[], text: string | null): ErrorEntry[] {
  const listed = text === null ? [] : parseManifestParts(text).children;
  const platforms = new Map(listed.map(({ digest, platform }) => [digest, platform]));
  return children.map((digest) => {
    const found = platforms.get(digest);
    const platform = found ? formatPlatform(found) : null;
    const name = platform === null ? digest : `${digest} (${platform})`;
    return {
      message: `manifest ${name} is unknown: push it before the index`,
      detail: { digest, ...(platform === null ? {} : { platform }) },
    };
  });
}
