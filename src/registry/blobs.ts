import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { type ByteRange, rangeLength } from '../domain/ranges.ts';
import type { BlobRecord } from '../storage/content/blobs.ts';
import * as storage from '../storage/content/blobs.ts';
import { markDamaged } from '../storage/content/damages.ts';
import { needsGraceExtension, type RepositoryContext } from './context.ts';

/**
 * Extends the grace period of an unused blob for a client that asks before it pushes: a blob that
 * is reported to exist stays for at least half the grace period.
 * @throws RegistryError BLOB_UNKNOWN if it is damaged, so that the client pushes it again
 */
export async function extendBlobGrace(context: RepositoryContext, blob: BlobRecord): Promise<void> {
  const { imageId } = context.repository;
  if (blob.damaged) throw blobUnknown(blob.digest);
  if (imageId !== null && needsGraceExtension(blob.unusedSince, context)) {
    const kept = await storage.extendBlobGrace(context.db, imageId, blob.digest, context.now);
    if (!kept) throw blobUnknown(blob.digest);
  }
}

/** The error for a blob that the repository does not have. */
export function blobUnknown(digest: Digest): RegistryError {
  return new RegistryError('BLOB_UNKNOWN', undefined, { detail: { digest } });
}

/**
 * Opens a blob's bytes, or a range of them, in R2.
 * @throws RegistryError UNKNOWN if the object is missing or known to be damaged
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

/** @throws RegistryError UNKNOWN if the blob is known to be damaged */
export function refuseDamaged(blob: BlobRecord): void {
  if (blob.damaged) throw lost(blob, 'is damaged in the storage');
}

function lost(blob: BlobRecord, what: string): RegistryError {
  console.error({ message: `a blob ${what}`, digest: blob.digest, key: blob.key });
  return new RegistryError('UNKNOWN', `the blob ${what}; tell the administrator or push it again`, {
    detail: { digest: blob.digest },
  });
}

/**
 * Deletes a blob from the repository.
 * @throws RegistryError BLOB_UNKNOWN, or CONTENT_IN_USE while a manifest names it
 */
export async function deleteBlob(context: RepositoryContext, digest: Digest): Promise<void> {
  const { imageId } = context.repository;
  const deletion =
    imageId === null
      ? 'unknown'
      : await storage.deleteBlob(context.db, imageId, digest, context.now);
  if (deletion === 'deleted') return;
  if (deletion === 'unknown') throw blobUnknown(digest);
  throw new RegistryError(
    'CONTENT_IN_USE',
    `manifest ${deletion.usedBy} names this blob: delete the manifest first`,
    {
      detail: deletion,
    },
  );
}
