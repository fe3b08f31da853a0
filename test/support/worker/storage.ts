/** Storage that loses or corrupts objects, and what the log says of it. */
import { type MockInstance, vi } from 'vitest';
import { bindings, blobKey, query } from './database.ts';

/** Flips one bit of a blob's object. */
export async function flipBit(digest: string): Promise<void> {
  await flipBitOf(await blobKey(digest));
}

export async function flipBitOf(key: string): Promise<void> {
  const object = await bindings.BUCKET.get(key);
  if (!object) throw new Error(`there is no object ${key}`);
  const bytes = new Uint8Array(await object.arrayBuffer());
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await bindings.BUCKET.put(key, bytes);
}

export async function loseObject(digest: string): Promise<void> {
  await bindings.BUCKET.delete(await blobKey(digest));
}

/** Digests of all blobs and manifests that are known to be lost or wrong, sorted. */
export async function damagedDigests(): Promise<string[]> {
  const rows = await query<{ digest: string }>(
    `SELECT digest FROM blobs WHERE damaged_at IS NOT NULL
      UNION SELECT digest FROM manifests WHERE damaged_at IS NOT NULL ORDER BY 1`,
  );
  return rows.map((row) => row.digest);
}

/** Captures errors of the log; returns the digests in them. */
export function watchLog(): () => string[] {
  const log: MockInstance<typeof console.error> = vi
    .spyOn(console, 'error')
    .mockImplementation(() => {});
  return () => log.mock.calls.map(([entry]) => (entry as { digest: string }).digest);
}

/** Removes all content, so that a test knows all there is. */
export async function emptyStorage(): Promise<void> {
  const { objects } = await bindings.BUCKET.list();
  await bindings.BUCKET.delete(objects.map(({ key }) => key));
  for (const table of [
    'sweep_cursors',
    'tags',
    'trashed_tags',
    'manifest_children',
    'manifest_blobs',
    'manifests',
    'image_blobs',
    'blobs',
    'doomed_objects',
  ]) {
    await query(`DELETE FROM ${table}`);
  }
}
