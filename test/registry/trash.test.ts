import { describe, expect, test } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import { parseRepositoryName } from '../../src/domain/names.ts';
import type { RepositoryContext } from '../../src/registry/context.ts';
import { mountBlob, storeBlob } from '../../src/registry/uploads.ts';
import { openServices } from '../../src/services.ts';
import { findRepository } from '../../src/storage/workspaces/images.ts';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { bindings, bucketKeys, imageId, query } from '../support/worker/database.ts';
import { makePlace, makeWorkspace, trashImage, trashWorkspace } from '../support/worker/people.ts';
import {
  beginUpload,
  pushBlob,
  pushImage,
  putManifest,
  withDigest,
} from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';
import { append, expectBlob, expectNoBlob } from '../support/worker/uploads.ts';

const services = openServices(bindings);

/** A request that has found its repository, and has not written yet. */
async function openContext(name: string): Promise<RepositoryContext> {
  const repository = await findRepository(services.db, parseRepositoryName(name));
  if (!repository) throw new Error(`there is no workspace for ${name}`);
  return { ...services, repository, actor: 'test', now: Date.now() };
}

async function setUp() {
  const place = await makePlace();
  const repository = `${place.workspace}/app`;
  const layer = freshBytes();
  const image = await pushImage(repository, 'v1', { layers: [layer] });
  return { ...place, repository, image, layer, id: await imageId(repository) };
}

describe('an image in the trash', () => {
  test('is answered as one to which nothing was pushed', async () => {
    const { repository, image, id } = await setUp();
    await trashImage(id);
    const blob = image.config.digest;
    for (const [rest, code] of [
      ['tags/list', 'NAME_UNKNOWN'],
      ['manifests/v1', 'MANIFEST_UNKNOWN'],
      [`manifests/${image.digest}`, 'MANIFEST_UNKNOWN'],
      [`blobs/${blob}`, 'BLOB_UNKNOWN'],
    ] as const) {
      await expectFault(await send(ADMIN, 'GET', `/v2/${repository}/${rest}`), 404, code);
    }
  });

  test('is replaced by the next push, which brings its own content', async () => {
    const { repository, image, id } = await setUp();
    await trashImage(id);
    const refused = await putManifest(repository, 'v1', image.text);
    await expectFault(refused, 404, 'MANIFEST_BLOB_UNKNOWN');
    const next = await pushImage(repository, 'v2');
    expect(await imageId(repository)).not.toBe(id);
    const list = await send(ADMIN, 'GET', `/v2/${repository}/tags/list`);
    expect(await list.json()).toEqual({ name: repository, tags: ['v2'] });
    await expectStatus(await send(ADMIN, 'GET', `/v2/${repository}/manifests/${next.digest}`), 200);
    const tags = await query('SELECT name FROM tags WHERE image_id = ?', id);
    expect(tags).toEqual([{ name: 'v1' }]);
  });

  test('takes no upload that began before', async () => {
    const { repository, id } = await setUp();
    const bytes = freshBytes();
    const location = await append(await beginUpload(repository), bytes);
    await trashImage(id);
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256(bytes))), 201);
    await expectBlob(repository, sha256(bytes), bytes);
    expect(await imageId(repository)).not.toBe(id);
  });
});

describe('an image that goes to the trash in the middle of a request', () => {
  test('a blob goes into a new image', async () => {
    const { repository, id } = await setUp();
    const context = await openContext(repository);
    await trashImage(id);
    const bytes = freshBytes();
    const body = { stream: new Response(bytes).body, length: bytes.length };
    await storeBlob(context, sha256(bytes) as Digest, body);
    expect(await imageId(repository)).not.toBe(id);
    await expectBlob(repository, sha256(bytes), bytes);
  });

  test('a mount goes into a new image', async () => {
    const { repository, id, layer } = await setUp();
    const context = await openContext(repository);
    await trashImage(id);
    expect(await mountBlob(context, sha256(layer) as Digest)).toBe(true);
    expect(await imageId(repository)).not.toBe(id);
  });
});

describe('a workspace in the trash', () => {
  test('is answered as unknown, even to members of its project', async () => {
    const { workspace, repository, developer } = await setUp();
    await trashWorkspace(workspace);
    for (const [method, rest] of [
      ['GET', 'tags/list'],
      ['GET', 'manifests/v1'],
      ['POST', 'blobs/uploads/'],
      ['PUT', 'manifests/v1'],
    ] as const) {
      const path = `/v2/${repository}/${rest}`;
      await expectFault(await send(developer, method, path), 403, 'DENIED');
      await expectFault(await send(ADMIN, method, path), 404, 'NAME_UNKNOWN');
    }
  });

  test('ends uploads into it', async () => {
    const { workspace, repository, developer } = await setUp();
    const bytes = freshBytes();
    const location = await append(await beginUpload(repository), bytes);
    await trashWorkspace(workspace);
    const put = () => send(developer, 'PUT', withDigest(location, sha256(bytes)));
    await expectFault(await put(), 403, 'DENIED');
  });

  test('frees its name: a new workspace of that name has nothing of the old one', async () => {
    const { project, workspace, image, developer } = await setUp();
    await trashWorkspace(workspace);
    const other = await makeWorkspace(project);
    await query('UPDATE workspaces SET name = ? WHERE name = ?', workspace, other);
    const repository = `${workspace}/app`;
    await expectFault(
      await send(developer, 'GET', `/v2/${repository}/tags/list`),
      404,
      'NAME_UNKNOWN',
    );
    await expectNoBlob(repository, image.config.digest);
    await pushImage(repository, 'v1', { who: developer });
  });

  test('in the middle of a request: the push is refused, and leaves no object', async () => {
    const { workspace } = await makePlace();
    const context = await openContext(`${workspace}/new`);
    await trashWorkspace(workspace);
    const before = await bucketKeys();
    const empty = { stream: null, length: 0 };
    const put = storeBlob(context, sha256('') as Digest, empty);
    await expect(put).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
    expect(await bucketKeys()).toEqual(before);
    const blob = await pushBlob('library/mounted-from');
    const mount = mountBlob(context, blob as Digest);
    await expect(mount).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
  });
});
