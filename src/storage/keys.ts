/**
 * Every key of the R2 bucket:
 *
 *   blobs/<uuid>       a layer, config or other blob; D1 maps its digest to the key
 *   manifests/<uuid>   a manifest too large for a D1 row
 *
 * Keys are random and used once, so an object is never rewritten with other bytes and a
 * key that was deleted never comes back. What an unfinished upload holds besides is kept in
 * its Durable Object.
 */
export function newBlobKey(): string {
  return `blobs/${crypto.randomUUID()}`;
}

export function newManifestKey(): string {
  return `manifests/${crypto.randomUUID()}`;
}

const KEY = /^(?:blobs|manifests)\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a key of the bucket is one that this registry makes. */
export function isOwnKey(key: string): boolean {
  return KEY.test(key);
}
