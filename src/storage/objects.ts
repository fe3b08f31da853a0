import { type Digest, digestAlgorithm, digestHex } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { watchWrite } from './watch-write.ts';

/** The largest body of one R2 put, in bytes: 5 GiB less 5 MiB. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3 - 5 * 1024 ** 2;

/** A stream that has `length` bytes. */
export interface SizedStream {
  readonly stream: ReadableStream;
  readonly length: number;
}

/**
 * Writes an object and lets R2 verify its digest; on a mismatch nothing is stored.
 * @throws RegistryError DIGEST_INVALID, UNAVAILABLE, STORAGE_FULL
 */
export async function putVerified(
  bucket: R2Bucket,
  key: string,
  body: SizedStream | Uint8Array,
  digest: Digest,
): Promise<void> {
  const options = { [digestAlgorithm(digest)]: digestHex(digest) };
  try {
    if (body instanceof Uint8Array) await bucket.put(key, body, options);
    else await putStream(bucket, key, body, options);
  } catch (error) {
    if (isR2Error(error, CHECKSUM_MISMATCH)) {
      throw new RegistryError('DIGEST_INVALID', undefined, { detail: { digest } });
    }
    throw error;
  }
}

/** Passes the stream on natively, so that we learn when R2 has taken all of it. */
async function putStream(
  bucket: R2Bucket,
  key: string,
  { stream, length }: SizedStream,
  options: R2PutOptions,
): Promise<void> {
  const { readable, writable } = new FixedLengthStream(length);
  const over = new AbortController();
  // If R2 refuses the object, the caller reads the rest of the stream.
  const consumed = stream.pipeTo(writable, { preventCancel: true, signal: over.signal });
  try {
    await watchWrite(bucket.put(key, readable, options), consumed);
  } finally {
    over.abort();
    await consumed.catch(() => {});
  }
}

const CHECKSUM_MISMATCH = 10037;
/** The multipart upload was completed or aborted before. */
export const UPLOAD_GONE = 10024;

/** Whether an error of the R2 binding has a code, which only its message contains. */
export function isR2Error(error: unknown, code: number): boolean {
  return error instanceof Error && error.message.includes(`(${code})`);
}

/** Deletes objects, at most 1,000. A key that does not exist is no error. */
export async function deleteObjects(bucket: R2Bucket, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await bucket.delete([...keys]);
}
