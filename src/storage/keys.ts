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
