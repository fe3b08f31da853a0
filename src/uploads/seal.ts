import { type Digest, digestAlgorithm } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { findFaults } from '../storage/content/find-faults.ts';
import { hashObject, type ReadFailure } from '../storage/object-reads.ts';
import { isR2Error, putVerified, UPLOAD_GONE } from '../storage/objects.ts';
import { PartBuffer, partMemory } from './part-buffer.ts';
import { putPart } from './part-sender.ts';
import type { UploadHash } from './running-hash.ts';
import {
  durableBytes,
  readParts,
  readTail,
  type UploadState,
  writeUpload,
} from './upload-state.ts';

/**
 * Completes the object of an upload and verifies its digest. Afterwards the object is in R2
 * under `upload.key`, and `verified` is set. Every step can be repeated after a crash.
 *
 * The running hash finds a wrong digest before anything is sealed, so the upload can continue.
 * If the hash was lost, the sealed object is read back; after a wrong digest only a PUT with
 * the right one, or a DELETE, can follow.
 *
 * @throws RegistryError DIGEST_INVALID; BLOB_UPLOAD_UNKNOWN if the storage has lost bytes
 */
export async function sealUpload(
  bucket: R2Bucket,
  storage: DurableObjectStorage,
  upload: UploadState,
  hash: UploadHash | null,
  digest: Digest,
): Promise<UploadState> {
  if (upload.verified === digest) return upload;
  if (upload.parts === 0) return await putTailAsObject(bucket, storage, upload, digest);
  const running = hash?.algorithm === digestAlgorithm(digest) ? hash : null;
  const known = upload.sealed ? upload.verified : (running?.digestAt(durableBytes(upload)) ?? null);
  if (known !== null && known !== digest) throw mismatch(digest, known);
  const sealed = upload.sealed ? upload : await completeMultipart(bucket, storage, upload);
  const found = known ?? (await readBack(bucket, sealed, digest));
  if (found !== digest) throw mismatch(digest, found);
  const verified = { ...sealed, verified: digest };
  writeUpload(storage, verified);
  return verified;
}

async function putTailAsObject(
  bucket: R2Bucket,
  storage: DurableObjectStorage,
  upload: UploadState,
  digest: Digest,
): Promise<UploadState> {
  await withTail(storage, upload, (tail) => putVerified(bucket, upload.key, tail, digest));
  const verified = { ...upload, sealed: true, verified: digest };
  writeUpload(storage, verified);
  return verified;
}

async function completeMultipart(
  bucket: R2Bucket,
  storage: DurableObjectStorage,
  upload: UploadState,
): Promise<UploadState> {
  const multipart = bucket.resumeMultipartUpload(upload.key, upload.multipartId ?? '');
  const parts = readParts(storage);
  try {
    if (upload.tailBytes > 0) {
      const number = upload.parts + 1;
      parts.push(await withTail(storage, upload, (tail) => putPart(multipart, number, tail)));
    }
    await multipart.complete(parts);
  } catch (error) {
    if (!isR2Error(error, UPLOAD_GONE)) throw error;
    // R2 has completed it before, but a crash came before `sealed` was written.
    const object = await bucket.head(upload.key);
    if (object?.size !== durableBytes(upload)) throw await discard(bucket, upload, 'missing');
  }
  const sealed = { ...upload, sealed: true };
  writeUpload(storage, sealed);
  return sealed;
}

/**
 * @throws RegistryError BLOB_UPLOAD_UNKNOWN if the object has lost bytes, so that no digest can
 *   ever match; UNAVAILABLE if it cannot be read now
 */
async function readBack(bucket: R2Bucket, upload: UploadState, digest: Digest): Promise<Digest> {
  const object = { kind: 'blob', digest, key: upload.key, size: durableBytes(upload) } as const;
  let found: Digest = digest;
  const [fault] = await findFaults(bucket, [object], async () => {
    const hashed = await hashObject(bucket, object, digestAlgorithm(digest));
    if ('failure' in hashed) return hashed.failure;
    found = hashed.digest;
    return null;
  });
  if (fault) throw await discard(bucket, upload, fault.what);
  return found;
}

/** Deletes an object that has lost bytes; answers the error that ends the upload. */
async function discard(
  bucket: R2Bucket,
  { key }: UploadState,
  what: ReadFailure,
): Promise<RegistryError> {
  await bucket.delete(key);
  console.error({ message: `an upload is ${what} in the storage`, key });
  const message = 'the storage has lost bytes of this upload: start a new one';
  return new RegistryError('BLOB_UPLOAD_UNKNOWN', message);
}

/** Reads the whole tail into memory as soon as there is some. */
async function withTail<T>(
  storage: DurableObjectStorage,
  { tailBytes }: UploadState,
  use: (tail: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const lease = await partMemory.take(tailBytes);
  const tail = new PartBuffer(tailBytes, readTail(storage));
  try {
    return await use(tail.bytes);
  } finally {
    tail.free();
    lease.release();
  }
}

function mismatch(wanted: Digest, found: Digest): RegistryError {
  return new RegistryError('DIGEST_INVALID', undefined, { detail: { wanted, found } });
}
