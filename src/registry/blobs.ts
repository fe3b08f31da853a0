import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { type ByteRange, rangeLength } from '../domain/ranges.ts';
import { type BlobRecord, hideLink, renewLink } from '../storage/content/blobs.ts';
import { markDamaged } from '../storage/content/damages.ts';
import { needsRenewal, type RepositoryContext } from './context.ts';

/**
 * Keeps a blob for a client that asks before it pushes: what it is told exists stays for the
 * grace period.
 * @throws RegistryError BLOB_UNKNOWN
 */
export async function promiseBlob(context: RepositoryContext, blob: BlobRecord): Promise<void> {
  const { imageId } = context.repository;
  // The push that follows repairs it.
  if (blob.damaged) throw blobUnknown(blob.digest);
  if (imageId !== null && needsRenewal(blob.unusedSince, context)) {
    const kept = await renewLink(context.db, imageId, blob.digest, context.now);
    if (!kept) throw blobUnknown(blob.digest);
  }
}

/** The error for a blob that the repository does not have. */
export function blobUnknown(digest: Digest): RegistryError {
  return new RegistryError('BLOB_UNKNOWN', undefined, { detail: { digest } });
}

/**
 * A blob's bytes, or a range of them, as they come from R2.
 * @throws RegistryError UNKNOWN when the object of a blob is missing or known to be damaged
 */
export async function openBlob(
  context: RepositoryContext,
  blob: BlobRecord,
  range: ByteRange | null,
): Promise<ReadableStream> {
  refuseDamaged(blob);
  const options = range ? { range: { offset: range.start, length: rangeLength(range) } } : {};
  const object = await context.bucket.get(blob.key, options);
  if (object !== null) return object.body;
  await markDamaged(context.db, [blob.key], context.now);
  throw lost(blob, 'is missing in the storage');
}

/** @throws RegistryError UNKNOWN when a blob is known to be damaged */
export function refuseDamaged(blob: BlobRecord): void {
  if (blob.damaged) throw lost(blob, 'is damaged in the storage');
}

function lost(blob: BlobRecord, what: string): RegistryError {
  console.error({ message: `a blob ${what}`, digest: blob.digest, key: blob.key });
  return new RegistryError('UNKNOWN', `the blob ${what}: tell the administrator, push it again`, {
    detail: { digest: blob.digest },
  });
}

/**
 * Takes a blob out of the repository.
 * @throws RegistryError BLOB_UNKNOWN, or CONTENT_IN_USE while a manifest names it
 */
export async function deleteBlob(context: RepositoryContext, digest: Digest): Promise<void> {
  const { imageId } = context.repository;
  const deletion =
    imageId === null ? 'unknown' : await hideLink(context.db, imageId, digest, context.now);
  if (deletion === 'deleted') return;
  if (deletion === 'unknown') throw blobUnknown(digest);
  throw new RegistryError(
    'CONTENT_IN_USE',
    `manifest ${deletion.usedBy} names this blob: delete that first`,
    {
      detail: deletion,
    },
  );
}
