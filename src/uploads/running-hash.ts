import { createHash, type Hash } from 'node:crypto';
import { type Digest, type DigestAlgorithm, digestOf } from '../domain/digest.ts';

/**
 * A native hash that follows an upload from request to request. Its state is in memory only. If
 * it is lost, or has seen bytes that did not become durable, the stored object is read back
 * instead.
 */
export class UploadHash {
  readonly algorithm: DigestAlgorithm;
  readonly #hash: Hash;
  #length = 0;

  constructor(algorithm: DigestAlgorithm) {
    this.algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#length += bytes.length;
  }

  /** Bytes hashed so far. */
  get length(): number {
    return this.#length;
  }

  /** The digest of the first `length` bytes; null if other bytes, or not all, were hashed. */
  digestAt(length: number): Digest | null {
    if (length !== this.#length) return null;
    return digestOf(this.algorithm, this.#hash.copy().digest('hex'));
  }
}
