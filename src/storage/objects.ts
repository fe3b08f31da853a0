import { type Digest, digestAlgorithm, digestHex } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';

/** The largest body one R2 put takes, in bytes: 5 GiB less 5 MiB. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3 - 5 * 1024 ** 2;

/**
 * Writes an object whose digest R2 verifies; on a mismatch nothing is stored.
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

/** Whether an error of the R2 binding carries a code: it stands in the message's end. */
export function isR2Error(error: unknown, code: number): boolean {
  return error instanceof Error && error.message.includes(`(${code})`);
}

/** Deletes objects, at most 1,000 keys. Keys that do not exist are no error. */
export async function deleteObjects(bucket: R2Bucket, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await bucket.delete([...keys]);
}
