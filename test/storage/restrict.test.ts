import { expect, test } from 'vitest';
import { refusalOf } from '../../src/storage/database.ts';
import { imageText, unique } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makeProject, trashImage } from '../support/worker/people.ts';
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

/** For an image's id and a digest. */
const LINK = `INSERT INTO image_blobs (image_id, blob_id)
  VALUES (?, (SELECT id FROM blobs WHERE digest = ?))`;
const DELETE_LINK = `DELETE FROM image_blobs
  WHERE image_id = ? AND blob_id = (SELECT id FROM blobs WHERE digest = ?)`;
const TAG = `INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
  VALUES (?, 'x', (SELECT id FROM manifests WHERE digest = ?), 0, 0, 'test')`;

async function errorOf(sql: string, ...values: unknown[]): Promise<unknown> {
  return await query(sql, ...values).then(
    () => null,
    (reason: unknown) => reason,
  );
}

async function expectRefused(refusal: string, sql: string, ...values: unknown[]): Promise<void> {
  expect(refusalOf(await errorOf(sql, ...values)), sql).toBe(refusal);
}

test('what is in use cannot be deleted', async () => {
  const { id, blob, image, repository } = await setUp();
  await expectRefused('foreign_key', 'DELETE FROM blobs WHERE digest = ?', blob);
  await expectRefused('foreign_key', DELETE_LINK, id, blob);
  const manifest = 'DELETE FROM manifests WHERE image_id = ? AND digest = ?';
  await expectRefused('foreign_key', manifest, id, image.digest);
  const untagged = await pushImage(repository, null);
  await pushIndex(repository, null, [untagged.descriptor]);
  await expectRefused('foreign_key', manifest, id, untagged.digest);
  await expectRefused('foreign_key', 'DELETE FROM images WHERE id = ?', id);
});

test('an image with a blob that no manifest names cannot be deleted', async () => {
  const repository = fresh();
  const blob = await pushBlob(repository);
  const id = await imageId(repository);
  const error = await errorOf('DELETE FROM images WHERE id = ?', id);
  expect(String(error)).toContain('orlop:image_linked');
  await query(DELETE_LINK, id, blob);
  expect(await errorOf('DELETE FROM images WHERE id = ?', id)).toBeNull();
});

test('an image has the project of its workspace', async () => {
  const project = await makeProject();
  const error = await errorOf(
    `INSERT INTO images (workspace_id, project_id, name, created_at, updated_at)
      VALUES (1, ?, ?, 0, 0)`,
    project,
    unique('elsewhere'),
  );
  expect(String(error)).toContain('orlop:image_project');
});

test('what is not there cannot be named', async () => {
  const { id, image } = await setUp();
  const absent = `sha256:${'0'.repeat(64)}`;
  await expectRefused(
    'foreign_key',
    `INSERT INTO manifest_blobs (manifest_id, blob_id, image_id)
      SELECT id, (SELECT id FROM blobs WHERE digest = ?), image_id
        FROM manifests WHERE image_id = ? AND digest = ?`,
    ...[absent, id, image.digest],
  );
  await expectRefused(
    'foreign_key',
    `INSERT INTO manifest_children (parent_id, child_id)
      SELECT id, (SELECT id FROM manifests WHERE digest = ?)
        FROM manifests WHERE image_id = ? AND digest = ?`,
    ...[absent, id, image.digest],
  );
  await expectRefused('foreign_key', LINK, id, absent);
  await expectRefused('foreign_key', TAG, id, absent);
});

test('a manifest of another image cannot be tagged, nor a blob that the image does not have be named', async () => {
  const [here, elsewhere] = [await setUp(), await setUp()];
  const tag = await errorOf(TAG, here.id, elsewhere.image.digest);
  expect(String(tag)).toContain('orlop:manifest_elsewhere');
  await expectRefused(
    'foreign_key',
    `INSERT INTO manifest_blobs (manifest_id, blob_id, image_id)
      SELECT id, (SELECT id FROM blobs WHERE digest = ?), image_id
        FROM manifests WHERE image_id = ? AND digest = ?`,
    ...[elsewhere.blob, here.id, here.image.digest],
  );
});

test('nothing new is put into an image in the trash', async () => {
  const { id, image, blob } = await setUp();
  const other = await pushBlob(fresh());
  await trashImage(id);
  await expectRefused('image_deleted', LINK, id, other);
  await expectRefused('image_deleted', TAG, id, image.digest);
  expect(blob).toBeTruthy();
});

test('a blob collected between its push and its manifest: the push of the manifest is refused', async () => {
  const { image, repository, id } = await setUp();
  const digest = await pushBlob(repository);
  await query(DELETE_LINK, id, digest);
  await query('DELETE FROM blobs WHERE digest = ?', digest);
  const layer = { ...image.config, digest };
  const response = await putManifest(repository, 'v2', imageText(image.config, [layer]));
  const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
  expect(faults.map((fault) => fault.detail)).toEqual([{ digest }]);
});

test('deleting a manifest row deletes its references, and frees what they named', async () => {
  const { id, image, blob } = await setUp();
  await query('DELETE FROM tags WHERE image_id = ?', id);
  await query('DELETE FROM manifests WHERE image_id = ? AND digest = ?', id, image.digest);
  const [link] = await query(
    `SELECT l.uses, l.unused_since IS NULL AS used
      FROM image_blobs AS l JOIN blobs AS b ON b.id = l.blob_id
      WHERE l.image_id = ? AND b.digest = ?`,
    id,
    blob,
  );
  expect(link).toEqual({ uses: 0, used: 0 });
  await query(DELETE_LINK, id, blob);
  await query('DELETE FROM blobs WHERE digest = ?', blob);
});
