import { beforeEach, describe, expect, test } from 'vitest';
import type { Digest } from '../../../src/domain/digest.ts';
import { openServices } from '../../../src/services.ts';
import { publishBlob } from '../../../src/storage/content/blobs.ts';
import { refusalOf } from '../../../src/storage/database.ts';
import { knownImage } from '../../../src/storage/workspaces/images.ts';
import { sweep } from '../../support/worker/collect.ts';
import { freshBytes, sha256, unique } from '../../support/worker/content.ts';
import {
  bindings,
  blobKey,
  bucketKeys,
  doomedKeys,
  imageId,
  query,
} from '../../support/worker/database.ts';
import { pushBlob } from '../../support/worker/push.ts';
import { expectBlob } from '../../support/worker/uploads.ts';

const fresh = () => `library/${unique('doomed')}`;
const services = openServices(bindings);

beforeEach(async () => {
  await query('DELETE FROM doomed_objects');
});

describe('bytes that are stored already', () => {
  test('enter the deletion queue under their second key, and are served from the first', async () => {
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
    await sweep();
    expect(await bucketKeys()).toEqual(before);
    expect(await doomedKeys()).toEqual([]);
    await expectBlob(repository, digest, bytes);
  });

  test('published twice under one key, as after a crash, do not enter the queue', async () => {
    const repository = fresh();
    const digest = await pushBlob(repository);
    const object = { digest: digest as Digest, key: await blobKey(digest), size: 64 };
    const image = knownImage(await imageId(repository));
    await publishBlob(services.db, image, object, Date.now());
    expect(await doomedKeys()).toEqual([]);
  });

  test('that are in the queue are never published', async () => {
    const repository = fresh();
    await pushBlob(repository);
    const digest = sha256(freshBytes()) as Digest;
    const object = { digest, key: `blobs/${crypto.randomUUID()}`, size: 64 };
    await query('INSERT INTO doomed_objects VALUES (?, 1)', object.key);
    const image = knownImage(await imageId(repository));
    const refused = publishBlob(services.db, image, object, Date.now());
    const error = await refused.catch((e: unknown) => e);
    expect(refusalOf(error)).toBe('foreign_key');
    expect(await doomedKeys()).toEqual([object.key]);
  });
});
