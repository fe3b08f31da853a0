import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReplicaAnswer, ReplicaRequest } from './model.ts';
import { Replica } from './replica.ts';

const LAG = 30_000;

let folder: string;
let primary: DatabaseSync;
let replica: Replica;
let now: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orlop-replica-'));
  const path = join(folder, 'primary.sqlite');
  primary = new DatabaseSync(path);
  primary.exec('PRAGMA journal_mode = WAL; CREATE TABLE blobs (digest, size)');
  now = 1_000_000;
  replica = new Replica(path, LAG, () => now);
});

afterEach(() => {
  replica.close();
  primary.close();
  rmSync(folder, { recursive: true });
});

async function ask<T>(request: ReplicaRequest): Promise<T> {
  const body = JSON.stringify(request);
  return (await (
    await replica.serve(new Request('http://replica/', { method: 'POST', body }))
  ).json()) as T;
}

/** Writes at the primary, as the Worker does: the replica hears of it. */
async function write(digest: string): Promise<void> {
  primary.prepare('INSERT INTO blobs VALUES (?, 7)').run(digest);
  await ask('committed');
}

const read = (since = 0) =>
  ask<ReplicaAnswer>({
    since,
    queries: [{ sql: 'SELECT digest, size, size FROM blobs WHERE digest < ?', params: ['z'] }],
  });

test('a replica shows what was written a lag ago, and nothing later', async () => {
  await write('a');
  now += 20_000;
  await write('b');
  expect(await read()).toMatchObject({ isBehind: false, results: [{ rows: [] }] });
  now += 10_000;
  const columns = ['digest', 'size', 'size'];
  expect(await read()).toMatchObject({ results: [{ columns, rows: [['a', 7, 7]] }] });
  now += 20_000;
  expect(await read()).toMatchObject({
    results: [
      {
        rows: [
          ['a', 7, 7],
          ['b', 7, 7],
        ],
      },
    ],
  });
});

test('a session that wrote is told until when the replica is behind it', async () => {
  await write('a');
  const written = now;
  now += LAG - 1;
  expect(await read(written)).toEqual({ isBehind: true });
  now += 1;
  expect(await read(written)).toMatchObject({
    isBehind: false,
    results: [{ rows: [['a', 7, 7]] }],
  });
});
