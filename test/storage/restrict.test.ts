import { expect, test } from 'vitest';
import { refusalOf } from '../../src/storage/database.ts';
import { imageText, unique } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { trashImage } from '../support/worker/people.ts';
import {
  type PushedImage,
  pushBlob,
  pushImage,
  pushIndex,
  putManifest,
} from '../support/worker/push.ts';
import { expectFault } from '../support/worker/registry-client.ts';

const fresh = () => `library/${unique('kept')}`;

async function setUp(): Promise<{
  image: PushedImage;
  id: number;
  repository: string;
  blob: string;
}> {
  const repository = fresh();
  const image = await pushImage(repository, 'v1');
  return { image, repository, id: await imageId(repository), blob: image.config.digest };
}

async function expectRefused(refusal: string, sql: string, ...values: unknown[]): Promise<void> {
  const error = await query(sql, ...values).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(refusalOf(error), sql).toBe(refusal);
}

test('what is in use cannot be deleted, whoever tries', async () => {
  const { id, blob, image, repository } = await setUp();
  await expectRefused('foreign_key', 'DELETE FROM blobs WHERE digest = ?', blob);
  const link = 'DELETE FROM image_blobs WHERE image_id = ? AND digest = ?';
  await expectRefused('foreign_key', link, id, blob);
  const manifest = 'DELETE FROM manifests WHERE image_id = ? AND digest = ?';
  await expectRefused('foreign_key', manifest, id, image.digest);
  const untagged = await pushImage(repository, null);
  await pushIndex(repository, null, [untagged.descriptor]);
  await expectRefused('foreign_key', manifest, id, untagged.digest);
  await expectRefused('foreign_key', 'DELETE FROM images WHERE id = ?', id);
});

test('what is not there cannot be named', async () => {
  const { id, image } = await setUp();
  const absent = `sha256:${'0'.repeat(64)}`;
  await expectRefused(
    'foreign_key',
    'INSERT INTO manifest_blobs VALUES (?, ?, ?)',
    id,
    image.digest,
    absent,
  );
  await expectRefused(
    'foreign_key',
    'INSERT INTO manifest_children VALUES (?, ?, ?)',
    id,
    image.digest,
    absent,
  );
  await expectRefused(
    'foreign_key',
    'INSERT INTO image_blobs (image_id, digest, linked_at) VALUES (?, ?, 0)',
    id,
    absent,
  );
  const tag = `INSERT INTO tags (image_id, name, manifest_digest, created_at, updated_at, updated_by)
    VALUES (?, 'x', ?, 0, 0, 'test')`;
  await expectRefused('foreign_key', tag, id, absent);
});

test('nothing new is put into an image in the trash', async () => {
  const { id, image, blob } = await setUp();
  const other = await pushBlob(fresh());
  await trashImage(id);
  await expectRefused(
    'image_deleted',
    'INSERT INTO image_blobs (image_id, digest, linked_at) VALUES (?, ?, 0)',
    id,
    other,
  );
  const tag = `INSERT INTO tags (image_id, name, manifest_digest, created_at, updated_at, updated_by)
    VALUES (?, 'x', ?, 0, 0, 'test')`;
  await expectRefused('image_deleted', tag, id, image.digest);
  expect(blob).toBeTruthy();
});

test('a blob collected between its push and its manifest: the push of the manifest says so', async () => {
  const { image, repository, id } = await setUp();
  const digest = await pushBlob(repository);
  await query('DELETE FROM image_blobs WHERE image_id = ? AND digest = ?', id, digest);
  await query('DELETE FROM blobs WHERE digest = ?', digest);
  const layer = { ...image.config, digest };
  const response = await putManifest(repository, 'v2', imageText(image.config, [layer]));
  const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
  expect(faults.map((fault) => fault.detail)).toEqual([{ digest }]);
});

test('deleting a manifest row takes its references along, and frees what they named', async () => {
  const { id, image, blob } = await setUp();
  await query('DELETE FROM tags WHERE image_id = ?', id);
  await query('DELETE FROM manifests WHERE image_id = ? AND digest = ?', id, image.digest);
  const [link] = await query(
    'SELECT uses, unused_since IS NULL AS used FROM image_blobs WHERE image_id = ? AND digest = ?',
    id,
    blob,
  );
  expect(link).toEqual({ uses: 0, used: 0 });
  await query('DELETE FROM image_blobs WHERE image_id = ? AND digest = ?', id, blob);
  await query('DELETE FROM blobs WHERE digest = ?', blob);
});
