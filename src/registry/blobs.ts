import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import type { ByteRange } from '../domain/ranges.ts';
import type { BlobRecord } from '../storage/content/blobs.ts';
import * as storage from '../storage/content/blobs.ts';
import type { StoredContent } from '../storage/content/stored-objects.ts';
import type { SizedStream } from '../storage/objects.ts';
import { openPieces, type Piece } from './content-pieces.ts';
import { needsGraceExtension, type RepositoryContext } from './context.ts';
import { contentLost, openContent, readContent, sendContent } from './stored-content.ts';

export type { BlobRecord };

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
 * @throws RegistryError UNKNOWN if the object is lost or known to be damaged, UNAVAILABLE if it
 *   cannot be read now
 */
export async function openBlob(
  context: RepositoryContext,
  blob: BlobRecord,
  range: ByteRange | null,
): Promise<Uint8Array<ArrayBuffer> | ReadableStream> {
  refuseDamaged(blob);
  return await openContent(context, contentOf(blob), range);
}

/**
 * Opens an answer with ranges of a blob, and with other bytes between them.
 * @throws as openBlob
 */
export async function openBlobPieces(
  context: RepositoryContext,
  blob: BlobRecord,
  pieces: readonly Piece[],
): Promise<SizedStream> {
  refuseDamaged(blob);
  return await openPieces(context, contentOf(blob), pieces);
}

/**
 * Writes a blob's bytes, or a range of them, to a target, which stays open.
 * @throws as openBlob; the error that cut it short
 */
export async function sendBlob(
  context: RepositoryContext,
  blob: BlobRecord,
  range: ByteRange | null,
  target: WritableStream,
): Promise<void> {
  refuseDamaged(blob);
  await sendContent(context, contentOf(blob), range, target);
}

/**
 * Reads a small blob into memory.
 * @throws as openBlob
 */
export async function readBlob(
  context: RepositoryContext,
  blob: BlobRecord,
): Promise<Uint8Array<ArrayBuffer>> {
  refuseDamaged(blob);
  return await readContent(context, contentOf(blob));
}

/** @throws RegistryError UNKNOWN if the blob is known to be damaged */
export function refuseDamaged(blob: BlobRecord): void {
  if (blob.damaged) throw contentLost(contentOf(blob), 'damaged');
}

function contentOf({ digest, key, size }: BlobRecord): StoredContent {
  return { kind: 'blob', digest, key, size };
}

/** @throws RegistryError BLOB_UNKNOWN if the repository does not have the blob */
export async function requireBlob(
  { db, repository }: RepositoryContext,
  digest: Digest,
): Promise<void> {
  const { imageId } = repository;
  const found = imageId === null ? [] : await storage.findBlobs(db, imageId, [digest]);
  if (found.length === 0) throw blobUnknown(digest);
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
