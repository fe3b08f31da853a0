/** Compares the bucket with what the database says of it. */
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';

/**
 * Object by object: each is named by exactly one row, each row of a blob or a manifest names
 * an object that is there, and a blob's object has its size. (That it has its digest too, the
 * tests see by pulling it.)
 */
export async function expectLedgerAgrees(): Promise<void> {
  const objects = await listObjects();
  const blobs = await rows<{ digest: string; key: string; size: number }>(
    'SELECT digest, key, size FROM blobs',
  );
  const manifests = await keysOf('SELECT content_key AS key FROM manifests WHERE key IS NOT NULL');
  const doomed = await keysOf('SELECT key FROM doomed_objects');
  const live = [...blobs.map(({ key }) => key), ...manifests];
  expect(new Set(live).size, 'each object has one row').toBe(live.length);
  expect(
    live.filter((key) => doomed.includes(key)),
    'live and doomed at once',
  ).toEqual([]);
  expect(
    live.filter((key) => !objects.has(key)),
    'rows whose object is missing',
  ).toEqual([]);
  const named = new Set([...live, ...doomed]);
  expect(
    [...objects.keys()].filter((key) => !named.has(key)),
    'objects nobody names',
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

/** The R2 key of a blob's row; undefined when it has none. */
export async function keyOf(digest: string): Promise<string | undefined> {
  const row = env.DB.prepare('SELECT key FROM blobs WHERE digest = ?').bind(digest);
  return (await row.first<{ key: string }>())?.key;
}

export async function isDoomed(key: string): Promise<boolean> {
  return (await keysOf('SELECT key FROM doomed_objects')).includes(key);
}

async function keysOf(sql: string): Promise<string[]> {
  return (await rows<{ key: string }>(sql)).map(({ key }) => key);
}

async function rows<T>(sql: string): Promise<T[]> {
  return (await env.DB.prepare(sql).all<T>()).results;
}
