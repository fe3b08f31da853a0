/**
 * Every key of the R2 bucket:
 *
 *   blobs/<uuid>       a layer, config or other blob; D1 maps its digest to the key
 *   manifests/<uuid>   a manifest too large for a D1 row
 *
 * Keys are random and used once, so an object is never rewritten with other bytes, and a deleted
 * key is never used again. The rest of an unfinished upload is in its Durable Object.
 */
export function newBlobKey(): string {
  return `blobs/${crypto.randomUUID()}`;
}

export function newManifestKey(): string {
  return `manifests/${crypto.randomUUID()}`;
}

const KEY = /^(?:blobs|manifests)\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a key of the bucket has the form of those above. */
export function isOwnKey(key: string): boolean {
  return KEY.test(key);
}
