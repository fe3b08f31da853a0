import { beforeAll, describe, expect, test } from 'vitest';
import { imageText, indexText, sha256, TYPES } from '../support/worker/content.ts';
import { bindings, imageId, query } from '../support/worker/database.ts';
import { makeProject } from '../support/worker/people.ts';
import { tagDigest } from '../support/worker/push.ts';
import { expectFault, expectStatus } from '../support/worker/registry-client.ts';
import { through } from './support/held-database.ts';
import { type Isolate, openIsolate, tripsOf } from './support/isolates.ts';
import { later } from './support/later.ts';
import { REVOCATIONS, setUser } from './support/revocations.ts';
import { ask, byPassword, type Client, makeScene, type Scene } from './support/scenes.ts';

/*
 * A manifest is pushed in one trip to the database: its transaction confirms what was decided before,
 * and where the facts have changed since, the database decides anew.
 */

/** Isolates that know nothing of each other. */
let signing: Isolate;
let other: Isolate;
let racing: Isolate;

/** What happens right after `racing` has heard from the database. */
let onAnswer: (() => Promise<unknown>) | null = null;

beforeAll(async () => {
  [signing, other] = [await openIsolate(), await openIsolate()];
  const d1 = through(bindings.DB, async () => void (await onAnswer?.()));
  racing = await openIsolate(d1);
});

/** A manifest that no push has sent yet. An index: nothing is read after the answer for its platform. */
const newText = ({ image }: Scene) => indexText([image.descriptor]);

const headers = { 'content-type': TYPES.index };

async function put(isolate: Isolate, token: string, scene: Scene, tag = 'v1', more = {}) {
  const path = `/v2/${scene.repository}/manifests/${tag}`;
  const sent = { headers: { ...headers, ...more }, body: newText(scene) };
  return await isolate.send(token, 'PUT', path, sent);
}

/** Asserts that nothing of a push was stored. */
async function expectNothingPushed(scene: Scene): Promise<void> {
  const digest = sha256(newText(scene));
  expect(await query('SELECT 1 FROM manifests WHERE digest = ?', digest)).toEqual([]);
  const [tag] = await query<{ digest: string }>(
    `SELECT m.digest FROM tags AS t JOIN manifests AS m ON m.id = t.manifest_id
      WHERE t.name = 'v1' AND m.digest = ?`,
    scene.image.digest,
  );
  expect(tag?.digest).toBe(scene.image.digest);
}

describe('a manifest is pushed in one trip', () => {
  test('by what a token carries', async () => {
    const scene = await makeScene();
    const token = await ask(signing, scene.developer, scene);
    for (const tag of ['v1', 'v2', sha256(newText(scene))]) {
      const pushing = async () => expectStatus(await put(other, token, scene, tag), 201);
      expect([tag, await tripsOf(other, pushing)]).toEqual([tag, 1]);
    }
    expect(await tagDigest(scene.repository, 'v2')).toBe(sha256(newText(scene)));
  });

  test('by what an isolate remembers of an upload', async () => {
    const scene = await makeScene();
    const token = await later(-70, () => ask(signing, scene.developer, scene));
    const beginning = () => other.send(token, 'POST', `/v2/${scene.repository}/blobs/uploads/`);
    expect(await tripsOf(other, beginning)).toBe(1);
    const pushing = async () => expectStatus(await put(other, token, scene), 201);
    expect(await tripsOf(other, pushing)).toBe(1);
  });

  test('to an image that is not there yet', async () => {
    const scene = await makeScene();
    const repository = `${scene.workspace}/new`;
    const token = await ask(signing, scene.developer, { ...scene, repository });
    const path = `/v2/${repository}/manifests/v1`;
    const body = indexText([]);
    const sent = { headers, body };
    const pushing = async () => expectStatus(await other.send(token, 'PUT', path, sent), 201);
    expect(await tripsOf(other, pushing)).toBe(1);
    expect(await tripsOf(other, pushing)).toBe(1);
    expect(await tagDigest(repository, 'v1')).toBe(sha256(body));
  });

  test('where its precondition holds; where not, nothing is pushed', async () => {
    const scene = await makeScene();
    const token = await ask(signing, scene.developer, scene);
    const refused = await put(other, token, scene, 'v1', { 'if-none-match': '*' });
    const [fault] = await expectFault(refused, 412, 'DENIED');
    expect(fault?.detail).toMatchObject({ tag: 'v1', current: scene.image.digest });
    await expectNothingPushed(scene);
    const match = { 'if-match': `"${scene.image.digest}"` };
    const pushing = async () => expectStatus(await put(other, token, scene, 'v1', match), 201);
    expect(await tripsOf(other, pushing)).toBe(1);
  });

  test('and what it lacks is named, though the token knows of no image', async () => {
    const scene = await makeScene();
    const repository = `${scene.workspace}/new`;
    const token = await ask(signing, scene.developer, { ...scene, repository });
    const [layer] = scene.image.layers;
    const mount = `/v2/${repository}/blobs/uploads/?mount=${layer?.digest}&from=${scene.repository}`;
    await expectStatus(await signing.send(scene.developer, 'POST', mount), 201);
    const path = `/v2/${repository}/manifests/v1`;
    const body = imageText(scene.image.config, scene.image.layers);
    const sent = { headers: { 'content-type': TYPES.image }, body };
    const answer = await other.send(token, 'PUT', path, sent);
    const faults = await expectFault(answer, 404, 'MANIFEST_BLOB_UNKNOWN');
    expect(faults.map(({ detail }) => detail)).toEqual([{ digest: scene.image.config.digest }]);
  });
});

interface Change {
  readonly who: Client;
  readonly end: (scene: Scene) => Promise<unknown>;
  readonly status: number;
}

const toOtherProject = async ({ workspace }: Scene) =>
  query('UPDATE workspaces SET project_id = ? WHERE name = ?', await makeProject(), workspace);

/** A user who may push because of being an admin. */
const byAdmin: Client = async (scene, isolate) => {
  await setUser('is_admin', 1)(scene);
  await query('DELETE FROM members WHERE user_id = ?', scene.user.id);
  return await byPassword(scene, isolate);
};

const CHANGES: Readonly<Record<string, Change>> = {
  ...Object.fromEntries(
    Object.entries(REVOCATIONS).flatMap(([name, { who, access, end, refused }]) =>
      access || refused[1] === null ? [] : [[name, { who, end, status: refused[1] }]],
    ),
  ),
  'the user is no admin any more': { who: byAdmin, end: setUser('is_admin', 0), status: 403 },
  'the user must change the password': {
    who: byPassword,
    end: setUser('must_change_password', 1),
    status: 403,
  },
  'the workspace is moved to another project': {
    who: byPassword,
    end: toOtherProject,
    status: 403,
  },
  'the workspace is renamed': {
    who: byPassword,
    end: ({ workspace }) =>
      query("UPDATE workspaces SET name = name || '-old' WHERE name = ?", workspace),
    status: 403,
  },
};

describe.each(Object.entries(CHANGES))('once %s, nothing is pushed', (_, change) => {
  const { who, end, status } = change;

  test('by a token that carries the decision', async () => {
    const scene = await makeScene();
    const token = await (await who(scene, signing))(signing);
    await end(scene);
    expect((await put(other, token, scene)).status).toBe(status);
    await expectNothingPushed(scene);
  });

  test('in an isolate that remembers it', async () => {
    const scene = await makeScene();
    const token = await (await who(scene, signing))(signing);
    await expectStatus(await put(other, token, scene, sha256(newText(scene))), 201);
    await query('DELETE FROM manifests WHERE digest = ?', sha256(newText(scene)));
    await end(scene);
    expect((await put(other, token, scene)).status).toBe(status);
    await expectNothingPushed(scene);
  });

  test('by a decision that the database made right before the change', async () => {
    const scene = await makeScene();
    const token = await (await who(scene, signing))(signing);
    onAnswer = async () => {
      onAnswer = null;
      await end(scene);
    };
    await later(62, async () => {
      expect((await put(racing, token, scene)).status).toBe(status);
    });
    await expectNothingPushed(scene);
  });
});

const setRole = (role: string) => (scene: Scene) =>
  query('UPDATE members SET role = ? WHERE user_id = ?', role, scene.user.id);

test.each([
  ['the role is another', setRole('owner')],
  ['the user is an admin', setUser('is_admin', 1)],
  [
    'the workspace is public',
    ({ workspace }: Scene) =>
      query("UPDATE workspaces SET access = 'public' WHERE name = ?", workspace),
  ],
])('once %s, the database decides anew, and lets the push in', async (_, change) => {
  const scene = await makeScene();
  const token = await ask(signing, scene.user.authorization, scene);
  await change(scene);
  const pushing = async () => expectStatus(await put(other, token, scene), 201);
  expect(await tripsOf(other, pushing)).toBe(3);
  // It remembers what the database said.
  expect(await tripsOf(other, pushing)).toBe(1);
});

test('history has the name that a user has when the manifest is pushed', async () => {
  const scene = await makeScene();
  const token = await ask(signing, scene.user.authorization, scene);
  const name = `${scene.user.name}-renamed`;
  await setUser('name', name)(scene);
  await expectStatus(await put(other, token, scene), 201);
  const pushed = await query(
    'SELECT pushed_by FROM manifests WHERE digest = ?',
    sha256(newText(scene)),
  );
  expect(pushed).toEqual([{ pushed_by: name }]);
});

test('an image that has another name by now is not written to', async () => {
  const scene = await makeScene();
  const token = await ask(signing, scene.user.authorization, scene);
  const renamed = await imageId(scene.repository);
  await query("UPDATE images SET name = 'other' WHERE id = ?", renamed);
  await expectFault(await put(other, token, scene), 404, 'MANIFEST_BLOB_UNKNOWN');
  await expectNothingPushed(scene);
});

test('a push whose facts change all the time is asked to come again', async () => {
  const scene = await makeScene();
  const token = await ask(signing, scene.user.authorization, scene);
  onAnswer = async () =>
    query(
      "UPDATE members SET role = iif(role = 'owner', 'developer', 'owner') WHERE user_id = ?",
      scene.user.id,
    );
  await setRole('owner')(scene);
  expect((await put(racing, token, scene)).status).toBe(503);
  onAnswer = null;
  await expectNothingPushed(scene);
});
