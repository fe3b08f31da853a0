import { createHash } from 'node:crypto';
import type { Send } from '../archive/push/send.ts';
import type { StoredBlob } from '../archive/write/tar-layout.ts';
import { digestAlgorithm, digestHex } from '../domain/digest.ts';
import type { ImageAddress } from './address.ts';
import { CommandError } from './exit.ts';
import { corrupt, expectOk } from './responses.ts';
import { sendWithRetry } from './retry.ts';

/** Consecutive broken connections without a new byte. */
const MAX_FAILURES = 5;

/**
 * Streams a blob and verifies it at its end. After a broken connection it continues where it was.
 * The stream fails with CommandError: corrupt for a wrong digest or length, denied, missing or
 * failed.
 */
export function fetchBlob(
  send: Send,
  address: ImageAddress,
  blob: StoredBlob,
): ReadableStream<Uint8Array> {
  const pieces = readVerified(send, address, blob);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

async function* readVerified(
  send: Send,
  address: ImageAddress,
  { digest, size }: StoredBlob,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash(digestAlgorithm(digest));
  let offset = 0;
  for await (const piece of readPieces(send, address, digest)) {
    offset += piece.length;
    if (offset > size) throw corrupt(`blob ${digest} is longer than its ${size} bytes`);
    hash.update(piece);
    yield piece;
  }
  if (offset < size) throw corrupt(`blob ${digest} has ${offset} bytes, not ${size}`);
  const found = hash.digest('hex');
  if (found !== digestHex(digest)) throw corrupt(`blob ${digest} has the digest ${found}`);
}

async function* readPieces(
  send: Send,
  address: ImageAddress,
  digest: string,
): AsyncGenerator<Uint8Array, void> {
  const path = `/v2/${address.repository}/blobs/${digest}`;
  let offset = 0;
  for (let failures = 0; ; failures++) {
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const response = await sendWithRetry(send, { method: 'GET', path, headers });
    const { body } = await expectOk(response, address);
    // A registry without support for ranges sends everything again.
    let skip = response.status === 206 ? 0 : offset;
    try {
      for await (const piece of body ?? []) {
        const rest = piece.subarray(Math.min(skip, piece.length));
        skip -= piece.length - rest.length;
        if (rest.length === 0) continue;
        offset += rest.length;
        failures = 0;
        yield rest;
      }
      return;
    } catch (error) {
      if (error instanceof CommandError || failures >= MAX_FAILURES) throw error;
    }
  }
}
