import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readReconciliation, reconcileBucket } from '../../src/maintenance/reconcile.ts';
import { openServices, type Services } from '../../src/services.ts';
import { publishBlob } from '../../src/storage/content/blobs.ts';
import { knownImage } from '../../src/storage/workspaces/images.ts';
import { sweep } from '../support/worker/collect.ts';
import { freshBytes, sha256, unique } from '../support/worker/content.ts';
import {
  bindings,
  blobKey,
  bucketKeys,
  doomedKeys,
  imageId,
  query,
} from '../support/worker/database.ts';
import { pushBlob, pushImage } from '../support/worker/push.ts';
import { countRowsRead } from '../support/worker/rows-read.ts';
import { damagedDigests, emptyStorage, loseObject, watchLog } from '../support/worker/storage.ts';
import { expectBlob } from '../support/worker/uploads.ts';

const services = openServices(bindings);
const DAY = 24 * 60 * 60 * 1000;

/** Objects are as old as the tests say: R2's own clock cannot be set. */
const AFTER = Date.now() + 11 * DAY;
const BEFORE = Date.now() + 9 * DAY;

const repository = `library/${unique('compared')}`;

beforeEach(async () => {
  vi.restoreAllMocks();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  await emptyStorage();
});

const orphan = async (kind = 'blobs') => {
  const key = `${kind}/${crypto.randomUUID()}`;
  await bindings.BUCKET.put(key, 'nobody names this');
  return key;
};

const lastRound = async () => (await readReconciliation(services))?.lastRound;

describe('an object that no row names', () => {
  test('is deleted once it is old, and nothing else is', async () => {
    const bytes = freshBytes();
    const digest = await pushBlob(repository, bytes);
    await pushImage(repository, 'v1');
    const named = await bucketKeys();
    const orphans = [await orphan(), await orphan('manifests')];
    await reconcileBucket(services, BEFORE);
    expect(await doomedKeys()).toEqual([]);
    await query('DELETE FROM sweep_cursors');
    await reconcileBucket(services, AFTER);
    expect(await doomedKeys()).toEqual([...orphans].sort());
    expect(await lastRound()).toMatchObject({ objects: 5, orphans: 2, missing: 0, foreign: 0 });
    await sweep();
    expect(await bucketKeys()).toEqual(named);
    await expectBlob(repository, digest, bytes);
  });

  test('stays if this registry did not write it', async () => {
    await bindings.BUCKET.put('backup/of-somebody.tar', 'x');
    await bindings.BUCKET.put('blobs/readme', 'x');
    await reconcileBucket(services, AFTER);
    expect(await doomedKeys()).toEqual([]);
    expect(await lastRound()).toMatchObject({ objects: 2, orphans: 0, foreign: 2 });
    await bindings.BUCKET.delete(['backup/of-somebody.tar', 'blobs/readme']);
  });

  test('stays while the database knows no content, or if it is older than the database', async () => {
    const key = await orphan();
    await reconcileBucket(services, AFTER);
    expect(await doomedKeys()).toEqual([]);
    await pushBlob(repository);
    await query('DELETE FROM sweep_cursors');
    const [first] = await query('SELECT min(created_at) AS at FROM users');
    await query('UPDATE users SET created_at = created_at + ?', 30 * DAY);
    await reconcileBucket(services, AFTER);
    await query('UPDATE users SET created_at = created_at - ?', 30 * DAY);
    expect(await query('SELECT min(created_at) AS at FROM users')).toEqual([first]);
    expect(await doomedKeys()).toEqual([]);
    await query('DELETE FROM sweep_cursors');
    await reconcileBucket(services, AFTER);
    expect(await doomedKeys()).toEqual([key]);
  });

  test('waits if it is from a time that the database, an older copy, does not know', async () => {
    await pushBlob(repository);
    const before = await orphan();
    const written = async (key: string) =>
      (await bindings.BUCKET.head(key))?.uploaded.getTime() ?? 0;
    const startedAt = (await written(before)) + 1;
    await reconcileBucket(services, startedAt);
    const after = await orphan();
    // Not in the same millisecond.
    while ((await written(after)) < startedAt) await bindings.BUCKET.put(after, 'again');
    for (let day = 0; day < 10; day++) await reconcileBucket(services, AFTER + day * DAY);
    expect(await doomedKeys()).toEqual([before]);
    await reconcileBucket(services, AFTER + 10 * DAY);
    expect(await doomedKeys()).toEqual([before, after].sort());
  });

  test('that a push names at the same moment is kept, or the push is refused', async () => {
    await pushBlob(repository);
    const image = knownImage(await imageId(repository));
    for (let round = 0; round < 20; round++) {
      await query('DELETE FROM sweep_cursors');
      const bytes = freshBytes();
      const [key, digest] = [`blobs/${crypto.randomUUID()}`, sha256(bytes)];
      await bindings.BUCKET.put(key, bytes);
      const object = { digest: digest as never, key, size: bytes.length };
      const [published] = await Promise.allSettled([
        publishBlob(services.db, image, object, Date.now()),
        reconcileBucket(services, AFTER),
      ]);
      await sweep();
      if (published.status === 'fulfilled') await expectBlob(repository, digest, bytes);
      else expect(await query('SELECT 1 FROM blobs WHERE digest = ?', digest)).toEqual([]);
    }
    expect(await damagedDigests()).toEqual([]);
  });
});

describe('a row whose object is missing', () => {
  test('is marked, logged once, and kept until a push repairs it', async () => {
    const told = watchLog();
    const bytes = freshBytes();
    const digest = await pushBlob(repository, bytes);
    await pushBlob(repository);
    await loseObject(digest);
    await reconcileBucket(services, Date.now());
    expect(await damagedDigests()).toEqual([digest]);
    expect(await lastRound()).toMatchObject({ objects: 1, missing: 1 });
    await reconcileBucket(services, Date.now() + DAY);
    expect(await lastRound()).toMatchObject({ objects: 1, missing: 0 });
    expect(told()).toEqual([digest]);
    await pushBlob(repository, bytes);
    await expectBlob(repository, digest, bytes);
    expect(await damagedDigests()).toEqual([]);
  });

  test('is not marked if the object was written after the bucket was listed', async () => {
    const told = watchLog();
    await pushBlob(repository);
    let late = '';
    const list = async (options: R2ListOptions) => {
      const listed = await bindings.BUCKET.list(options);
      late = await pushBlob(repository);
      return listed;
    };
    const head = (key: string) => bindings.BUCKET.head(key);
    const bucket = { list, head } as unknown as R2Bucket;
    await reconcileBucket({ ...services, bucket }, Date.now());
    expect(await blobKey(late)).not.toBe('');
    expect(await damagedDigests()).toEqual([]);
    expect(told()).toEqual([]);
  });

  test('is found for all content if the bucket has lost everything', async () => {
    const told = watchLog();
    await query(
      `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 1699)
        INSERT INTO blobs (digest, key, size, created_at)
          SELECT printf('sha256:%064d', n), printf('blobs/%036d', n), 1, 0 FROM n`,
    );
    const seen = [];
    for (let slice = 0; slice < 2; slice++) {
      await reconcileBucket(services, Date.now());
      seen.push((await readReconciliation(services))?.round.missing);
    }
    expect(seen).toEqual([1500, 1700]);
    expect(await damagedDigests()).toHaveLength(1700);
    expect(told()).toHaveLength(1700);
  }, 120_000);
});

describe('a slice', () => {
  test('continues where the last one ended, and reads a bounded number of rows', async () => {
    const told = watchLog();
    const keys = Array.from({ length: 2300 }, () => `blobs/${crypto.randomUUID()}`).sort();
    for (let n = 0; n < keys.length; n += 100) {
      await Promise.all(keys.slice(n, n + 100).map((key) => bindings.BUCKET.put(key, 'x')));
    }
    const named = keys.filter((_, n) => n % 23 !== 0);
    await query(
      `INSERT INTO blobs (digest, key, size, created_at)
        SELECT 'sha256:' || value, value, 1, 0 FROM json_each(?)`,
      JSON.stringify(named),
    );
    const seen = [];
    for (let slice = 0; slice < 4; slice++) {
      const [, rows] = await countRowsRead(() => reconcileBucket(services, AFTER, 1));
      expect(rows).toBeLessThan(5000);
      seen.push((await readReconciliation(services))?.round.objects);
    }
    expect(seen).toEqual([1000, 2000, 2300, 2300]);
    expect(await doomedKeys()).toEqual(keys.filter((_, n) => n % 23 === 0));
    expect(await lastRound()).toMatchObject({ objects: 2300, orphans: 100, missing: 0 });
    expect(told()).toEqual([]);
    for (let n = 0; n < keys.length; n += 1000)
      await bindings.BUCKET.delete(keys.slice(n, n + 1000));
  }, 120_000);

  test('that is killed before its progress is saved is repeated, with the same result', async () => {
    watchLog();
    const digest = await pushBlob(repository);
    await loseObject(digest);
    const key = await orphan();
    const killed: Services = {
      ...services,
      bucket: {
        list: (options: R2ListOptions) => bindings.BUCKET.list(options),
        head: () => Promise.reject(new Error('killed')),
      } as unknown as R2Bucket,
    };
    await expect(reconcileBucket(killed, AFTER)).rejects.toThrow('killed');
    await reconcileBucket(services, AFTER);
    expect(await doomedKeys()).toEqual([key]);
    expect(await damagedDigests()).toEqual([digest]);
  });
});
