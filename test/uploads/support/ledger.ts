/** Compares the bucket with the database. */
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';

/**
 * Every object is named by exactly one row, every row of a blob or a manifest names an object
 * that exists, and a blob's object has its size. (Tests check its digest by pulling it.)
 */
export async function expectLedgerAgrees(): Promise<void> {
  const objects = await listObjects();
  const blobs = await rows<{ digest: string; key: string; size: number }>(
    'SELECT digest, key, size FROM blobs',
  );
  const manifests = await keysOf('SELECT content_key AS key FROM manifests WHERE key IS NOT NULL');
  const queued = await keysOf('SELECT key FROM doomed_objects');
  const live = [...blobs.map(({ key }) => key), ...manifests];
  expect(new Set(live).size, 'each object has one row').toBe(live.length);
  expect(
    live.filter((key) => queued.includes(key)),
    'live and queued for deletion',
  ).toEqual([]);
  expect(
    live.filter((key) => !objects.has(key)),
    'rows whose object is missing',
  ).toEqual([]);
  const named = new Set([...live, ...queued]);
  expect(
    [...objects.keys()].filter((key) => !named.has(key)),
    'objects without a row',
  ).toEqual([]);
  for (const { digest, key, size } of blobs) {
    expect(objects.get(key), `size of ${digest}`).toBe(size);
  }
}

/** Keys and sizes of all objects. */
export async function listObjects(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let cursor: string | undefined; ; ) {
    const page = await env.BUCKET.list(cursor === undefined ? {} : { cursor });
    for (const { key, size } of page.objects) found.set(key, size);
    if (!page.truncated) return found;
    cursor = page.cursor;
  }
}

/** The R2 key in a blob's row; undefined if it has no row. */
export async function keyOf(digest: string): Promise<string | undefined> {
  const row = env.DB.prepare('SELECT key FROM blobs WHERE digest = ?').bind(digest);
  return (await row.first<{ key: string }>())?.key;
}

/** Whether an object is in the deletion queue. */
export async function isQueued(key: string): Promise<boolean> {
  return (await keysOf('SELECT key FROM doomed_objects')).includes(key);
}

async function keysOf(sql: string): Promise<string[]> {
  return (await rows<{ key: string }>(sql)).map(({ key }) => key);
}

async function rows<T>(sql: string): Promise<T[]> {
  return (await env.DB.prepare(sql).all<T>()).results;
}
