import { type Digest, digestAlgorithm, digestHex } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';

/** The largest body of one R2 put, in bytes: 5 GiB less 5 MiB. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3 - 5 * 1024 ** 2;

/**
 * Writes an object and lets R2 verify its digest; on a mismatch nothing is stored.
 * @param body a stream of known length (a request's body with Content-Length) or bytes
 * @throws RegistryError DIGEST_INVALID
 */
export async function putVerified(
  bucket: R2Bucket,
  key: string,
  body: ReadableStream | Uint8Array,
  digest: Digest,
): Promise<void> {
  try {
    await bucket.put(key, body, { [digestAlgorithm(digest)]: digestHex(digest) });
  } catch (error) {
    if (isR2Error(error, CHECKSUM_MISMATCH)) {
      throw new RegistryError('DIGEST_INVALID', undefined, { detail: { digest } });
    }
    throw error;
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
