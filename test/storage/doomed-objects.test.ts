import { beforeEach, describe, expect, test } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import { sweepDoomedObjects } from '../../src/registry/collect.ts';
import { openPlatform } from '../../src/registry/context.ts';
import { publishBlob } from '../../src/storage/blobs.ts';
import { refusalOf } from '../../src/storage/database.ts';
import { freshBytes, sha256, unique } from '../v2/support/content.ts';
import {
  bindings,
  blobKey,
  bucketKeys,
  doomedKeys,
  imageId,
  query,
} from '../v2/support/database.ts';
import { pushBlob } from '../v2/support/push.ts';
import { expectBlob } from '../v2/support/uploads.ts';

const fresh = () => `library/${unique('doomed')}`;
const platform = openPlatform(bindings);
const later = () => Date.now() + 1000;

beforeEach(async () => {
  await query('DELETE FROM doomed_objects');
});

describe('bytes that are stored already', () => {
  test('are doomed under their second key, and served from the first', async () => {
    const [repository, bytes] = [fresh(), freshBytes()];
    const digest = await pushBlob(repository, bytes);
    const key = await blobKey(digest);
    const before = await bucketKeys();
    await pushBlob(repository, bytes);
    await pushBlob(fresh(), bytes);
    const added = (await bucketKeys()).filter((name) => !before.includes(name));
    expect(added).toHaveLength(2);
    expect(await doomedKeys()).toEqual(added);
    expect(await blobKey(digest)).toBe(key);
    expect(await sweepDoomedObjects(platform, later())).toBe(2);
    expect(await bucketKeys()).toEqual(before);
    expect(await doomedKeys()).toEqual([]);
    await expectBlob(repository, digest, bytes);
  });

  test('published twice under one key, as after a crash, are not doomed', async () => {
    const repository = fresh();
    const digest = await pushBlob(repository);
    const object = { digest: digest as Digest, key: await blobKey(digest), size: 64 };
    await publishBlob(platform.db, await imageId(repository), object, Date.now());
    expect(await doomedKeys()).toEqual([]);
  });

  test('that were doomed are never published', async () => {
    const repository = fresh();
    await pushBlob(repository);
    const digest = sha256(freshBytes()) as Digest;
    const object = { digest, key: `blobs/${crypto.randomUUID()}`, size: 64 };
    await query('INSERT INTO doomed_objects VALUES (?, 1)', object.key);
    const id = await imageId(repository);
    const error = await publishBlob(platform.db, id, object, Date.now()).catch((e: unknown) => e);
    expect(refusalOf(error)).toBe('foreign_key');
    expect(await doomedKeys()).toEqual([object.key]);
  });
});

describe('the sweep', () => {
  const doom = async (count: number, time = 1) => {
    const keys = Array.from({ length: count }, () => `blobs/${crypto.randomUUID()}`);
    await query(
      'INSERT INTO doomed_objects SELECT value, ? FROM json_each(?)',
      time,
      JSON.stringify(keys),
    );
    return keys;
  };

  test('of nothing does nothing', async () => {
    expect(await sweepDoomedObjects(platform, later())).toBe(0);
  });

  test('takes a thousand at a time', async () => {
    await doom(1500);
    expect(await sweepDoomedObjects(platform, later())).toBe(1000);
    expect(await doomedKeys()).toHaveLength(500);
    expect(await sweepDoomedObjects(platform, later())).toBe(500);
    expect(await doomedKeys()).toEqual([]);
  });

  test('takes objects that are gone already', async () => {
    const [key = ''] = await doom(1);
    await bindings.BUCKET.delete(key);
    expect(await sweepDoomedObjects(platform, later())).toBe(1);
  });

  test('leaves what was doomed after its time', async () => {
    const keys = await doom(1, 1000);
    expect(await sweepDoomedObjects(platform, 1000)).toBe(0);
    expect(await doomedKeys()).toEqual(keys);
  });

  test('forgets no row whose object R2 did not delete', async () => {
    const keys = await doom(3);
    const bucket = {
      delete: async () => {
        throw new Error('R2 is away');
      },
    } as unknown as R2Bucket;
    await expect(sweepDoomedObjects({ ...platform, bucket }, later())).rejects.toThrow(
      'R2 is away',
    );
    expect(await doomedKeys()).toEqual([...keys].sort());
    expect(await sweepDoomedObjects(platform, later())).toBe(3);
  });

  test('deletes the objects of the doomed rows only', async () => {
    const [repository, bytes] = [fresh(), freshBytes()];
    const digest = await pushBlob(repository, bytes);
    const [key = ''] = await doom(1);
    await bindings.BUCKET.put(key, 'x');
    await sweepDoomedObjects(platform, later());
    expect(await bucketKeys()).not.toContain(key);
    await expectBlob(repository, digest, bytes);
  });
});
