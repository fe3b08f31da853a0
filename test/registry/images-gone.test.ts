/** What is pushed as its image goes to the trash, or for good, or its workspace does. */
import { beforeAll, describe, expect, test } from 'vitest';
import { through } from '../auth/support/held-database.ts';
import { type Isolate, openIsolate } from '../auth/support/isolates.ts';
import { later } from '../auth/support/later.ts';
import { ask, makeScene } from '../auth/support/scenes.ts';
import { collect } from '../support/worker/collect.ts';
import { freshBytes, indexText, sha256, TYPES } from '../support/worker/content.ts';
import { bindings, bucketKeys, imageId, query } from '../support/worker/database.ts';
import { trashImage, trashWorkspace } from '../support/worker/people.ts';
import { tagDigest, withDigest } from '../support/worker/push.ts';
import { expectFault, expectStatus } from '../support/worker/registry-client.ts';

async function purgeImage(id: number): Promise<void> {
  await trashImage(id);
  await query('UPDATE trash SET purged_at = 1 WHERE image_id = ?', id);
  await collect();
  expect(await query('SELECT 1 FROM images WHERE id = ?', id)).toEqual([]);
}

const ENDS = { 'goes to the trash': trashImage, 'is purged': purgeImage };

let signing: Isolate;
let pushing: Isolate;

/** What happens when the database has decided about the next push. */
let onDecision: (() => Promise<void>) | null = null;

beforeAll(async () => {
  const onAnswer = async () => {
    const next = onDecision;
    onDecision = null;
    await next?.();
  };
  pushing = await openIsolate(through(bindings.DB, onAnswer));
  signing = await openIsolate();
});

describe.each(Object.entries(ENDS))('an image that %s', (_, end) => {
  /** An image that is over once the database has decided about a push to it, and its push. */
  async function setUp(isDecidedByToken: boolean) {
    const scene = await makeScene();
    const id = await imageId(scene.repository);
    const token = await ask(signing, scene.developer, scene);
    const finish = () => end(id);
    if (isDecidedByToken) await finish();
    else onDecision = finish;
    const path = `/v2/${scene.repository}/manifests/next`;
    const put = (type: string, body: string) =>
      later(isDecidedByToken ? 0 : 62, () =>
        pushing.send(token, 'PUT', path, { headers: { 'content-type': type }, body }),
      );
    return { ...scene, id, put };
  }

  test.each([
    ['after a token was signed for it', true],
    ['after the database has let the push in', false],
  ])('%s takes no manifest that needs its content', async (_when, isDecidedByToken) => {
    const { image, put, id } = await setUp(isDecidedByToken);
    await expectFault(await put(TYPES.image, image.text), 404, 'MANIFEST_BLOB_UNKNOWN');
    expect(await query("SELECT 1 FROM tags WHERE image_id = ? AND name = 'next'", id)).toEqual([]);
  });

  test.each([
    ['after a token was signed for it', true],
    ['after the database has let the push in', false],
  ])('%s is made anew by a manifest that needs none', async (_when, isDecidedByToken) => {
    const { repository, put, id } = await setUp(isDecidedByToken);
    const text = indexText([]);
    await expectStatus(await put(TYPES.index, text), 201);
    expect(await tagDigest(repository, 'next')).toBe(sha256(text));
    expect(await imageId(repository)).not.toBe(id);
  });
});

describe('a workspace that goes to the trash after a token was signed for it', () => {
  async function setUp() {
    const scene = await makeScene();
    const token = await ask(signing, scene.developer, scene);
    const uploads = `/v2/${scene.repository}/blobs/uploads/`;
    const links = async () =>
      await query(
        'SELECT blob_id FROM image_blobs WHERE image_id = ?',
        await imageId(scene.repository),
      );
    return { ...scene, token, uploads, links, before: await links() };
  }

  test('takes no whole blob, and keeps no object of it', async () => {
    const { workspace, token, uploads, links, before } = await setUp();
    await trashWorkspace(workspace);
    const keys = await bucketKeys();
    const body = freshBytes();
    const headers = { 'content-length': String(body.length) };
    const path = `${uploads}?digest=${sha256(body)}`;
    const answer = await pushing.send(token, 'POST', path, { headers, body });
    await expectFault(answer, 404, 'NAME_UNKNOWN');
    expect(await links()).toEqual(before);
    expect(await bucketKeys()).toEqual(keys);
  });

  test('does not end an upload that has begun', async () => {
    const { workspace, token, uploads, links, before } = await setUp();
    const begun = await expectStatus(await pushing.send(token, 'POST', uploads), 202);
    const body = freshBytes();
    const address = (answer: Response) => answer.headers.get('location') ?? '';
    const appended = await pushing.send(token, 'PATCH', address(begun), { body });
    await expectStatus(appended, 202);
    await trashWorkspace(workspace);
    const path = withDigest(address(appended), sha256(body));
    await expectFault(await pushing.send(token, 'PUT', path), 404, 'NAME_UNKNOWN');
    expect(await links()).toEqual(before);
  });
});
