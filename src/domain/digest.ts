import { RegistryError } from './errors.ts';

/** `sha256:<64 hex>` or `sha512:<128 hex>`, checked. */
export type Digest = string & { readonly __brand: 'Digest' };

/** The algorithms of digests that we store, and the hex digits of each. */
const DIGEST_ALGORITHMS = { sha256: 64, sha512: 128 } as const;

export type DigestAlgorithm = keyof typeof DIGEST_ALGORITHMS;

const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** Whether a text is a digest that this registry can store. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/**
 * Parses a digest.
 * https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
 * @throws RegistryError DIGEST_INVALID
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new RegistryError(
    'DIGEST_INVALID',
    'not a digest: expected sha256: and 64, or sha512: and 128, lower-case hex digits',
    { detail: { digest: text.slice(0, 200) } },
  );
}

/**
 * Parses the `digest-algorithm` parameter of an upload.
 * @throws RegistryError DIGEST_INVALID for an algorithm we do not store
 */
export function parseDigestAlgorithm(text: string): DigestAlgorithm {
  if (Object.hasOwn(DIGEST_ALGORITHMS, text)) return text as DigestAlgorithm;
  throw new RegistryError('DIGEST_INVALID', 'digest-algorithm must be sha256 or sha512');
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

const OF_NOTHING: ReadonlySet<string> = new Set([
  'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
]);

/** Whether a digest is that of no bytes at all. */
export function isDigestOfNothing(digest: Digest): boolean {
  return OF_NOTHING.has(digest);
}

/** The name that the Web Crypto API has for an algorithm. */
export function webCryptoName(algorithm: DigestAlgorithm): 'SHA-256' | 'SHA-512' {
  return algorithm === 'sha512' ? 'SHA-512' : 'SHA-256';
}

/** The hex part of a digest. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The digest of a hash's hex output. */
export function digestOf(algorithm: DigestAlgorithm, hex: string): Digest {
  return parseDigest(`${algorithm}:${hex}`);
}
