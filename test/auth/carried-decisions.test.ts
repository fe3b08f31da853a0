import { beforeAll, describe, expect, test } from 'vitest';
import { TYPES } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { basic, bearer, expectStatus } from '../support/worker/registry-client.ts';
import { storeAnonymousPull } from '../support/worker/settings.ts';
import { type Isolate, openIsolate, tripsOf } from './support/isolates.ts';
import { later } from './support/later.ts';
import { REVOCATIONS } from './support/revocations.ts';
import { ask, makeScene, type Scene } from './support/scenes.ts';

/** Isolates that know nothing of each other, by what they are asked for. */
let signing: Isolate;
let soon: Isolate;
let late: Isolate;

beforeAll(async () => {
  [signing, soon, late] = [await openIsolate(), await openIsolate(), await openIsolate()];
});

/** What a decision of the last minute may decide: reads by digest, and uploads. */
const READS = ({ repository, image }: Scene) =>
  [
    ['GET', `/v2/${repository}/manifests/${image.digest}`],
    ['HEAD', `/v2/${repository}/manifests/${image.digest}`],
    ['GET', `/v2/${repository}/blobs/${image.layers[0]?.digest}`],
    ['HEAD', `/v2/${repository}/blobs/${image.config.digest}`],
  ] as const;
const UPLOAD = ({ repository }: Scene) => ['POST', `/v2/${repository}/blobs/uploads/`] as const;

/** What the database decides. */
const ASKING_TO_READ = ({ repository, image }: Scene) =>
  [
    ['GET', `/v2/${repository}/manifests/v1`],
    ['GET', `/v2/${repository}/tags/list`],
    ['GET', `/v2/${repository}/referrers/${image.digest}`],
  ] as const;
const ASKING_TO_PUSH = ({ repository, image }: Scene) =>
  [
    [
      'PUT',
      `/v2/${repository}/manifests/v1`,
      { headers: { 'content-type': TYPES.image }, body: image.text },
    ],
    ['POST', `/v2/${repository}/blobs/uploads/?mount=${image.config.digest}`],
  ] as const;

describe.each(Object.entries(REVOCATIONS))('once %s', (_, { who, access, end, refused }) => {
  const [readStatus, pushStatus] = refused;
  const canPush = access === undefined;

  /** Asserts that an isolate refuses what a minute-old decision let in. */
  async function expectEnded(isolate: Isolate, token: string, scene: Scene): Promise<void> {
    for (const [method, path] of READS(scene)) {
      // HEAD of what is not open is 404, but of a manifest that is pulled: see refuseHead.
      const isHidden = method === 'HEAD' && (canPush || path.includes('/blobs/'));
      const wanted = readStatus === 403 && isHidden ? 404 : (readStatus ?? 200);
      expect([path, (await isolate.send(token, method, path)).status]).toEqual([path, wanted]);
    }
    if (canPush && pushStatus !== null) {
      expect((await isolate.send(token, ...UPLOAD(scene))).status).toBe(pushStatus);
    }
  }

  test('what asks the database hears it at once, what a token carries within a minute', async () => {
    const scene = await makeScene(access);
    await storeAnonymousPull('true');
    const getToken = await who(scene, signing);
    const token = await getToken(signing);
    // The first use of some tokens is written down.
    await soon.send(token, 'GET', '/v2/');
    await end(scene);
    await later(1, async () => {
      for (const [method, path] of READS(scene)) {
        const trips = await tripsOf(soon, async () =>
          expectStatus(await soon.send(token, method, path), 200),
        );
        expect([path, trips]).toEqual([path, path.includes('/blobs/') && method === 'GET' ? 0 : 1]);
      }
      if (canPush) {
        const trips = await tripsOf(soon, async () =>
          expectStatus(await soon.send(token, ...UPLOAD(scene)), 202),
        );
        expect(trips).toBe(0);
      }
      for (const [method, path] of readStatus === null ? [] : ASKING_TO_READ(scene)) {
        expect([path, (await late.send(token, method, path)).status]).toEqual([path, readStatus]);
      }
      for (const [method, path, sent] of canPush ? ASKING_TO_PUSH(scene) : []) {
        expect((await late.send(token, method, path, sent)).status).toBe(pushStatus);
      }
    });
    await later(61, () => expectEnded(late, token, scene));
    await later(61, () => expectEnded(soon, token, scene));
  });

  test('a token signed from memory is no younger than the answer of the database', async () => {
    const scene = await makeScene(access);
    await storeAnonymousPull('true');
    const getToken = await who(scene, signing);
    await getToken(signing);
    await end(scene);
    const token = await later(50, async () => {
      const signed = await getToken(signing);
      await expectStatus(await soon.send(signed, ...READS(scene)[2]), 200);
      return signed;
    });
    await later(61, () => expectEnded(late, token, scene));
  });
});

test('a deleted image is read no longer, at once', async () => {
  const scene = await makeScene();
  const token = await ask(signing, scene.developer, scene);
  await query(
    "UPDATE images SET deleted_at = 1 WHERE name = 'app' AND project_id = ?",
    scene.project,
  );
  for (const [method, path] of READS(scene)) {
    expect([path, (await soon.send(token, method, path)).status]).toEqual([path, 404]);
  }
});

test('a credential that may delete no longer deletes nothing, at once', async () => {
  const scene = await makeScene();
  const path = `/v2/token?service=registry.test&scope=repository:${scene.repository}:pull,delete`;
  const answer = await signing.send(scene.developer, 'GET', path);
  const token = bearer(((await answer.json()) as { token: string }).token);
  await query('UPDATE projects SET robot_deletes = 0 WHERE id = ?', scene.project);
  const manifest = `/v2/${scene.repository}/manifests/v1`;
  expect((await soon.send(token, 'DELETE', manifest)).status).toBe(403);
});

describe('a token', () => {
  test('of a decision that an isolate’s own change may have ended is not believed there', async () => {
    const scene = await makeScene();
    const isolate = await openIsolate();
    const token = await ask(signing, scene.developer, scene);
    const [read] = READS(scene).slice(3);
    const reading = () => isolate.send(token, ...(read as readonly [string, string]));
    expect(await tripsOf(isolate, reading)).toBe(1);
    const other = await makeScene();
    const path = `/v2/${other.repository}/manifests/v1`;
    const admin = basic('admin', 'admin-password-of-the-tests');
    await expectStatus(await isolate.send(admin, 'DELETE', path), 202);
    await query('UPDATE projects SET credential_version = 2 WHERE id = ?', scene.project);
    expect((await reading()).status).toBe(401);
  });

  test('of an identity that an isolate has heard to have ended is not believed there', async () => {
    const scene = await makeScene();
    const isolate = await openIsolate();
    const token = await ask(signing, scene.developer, scene);
    await query('UPDATE projects SET credential_version = 2 WHERE id = ?', scene.project);
    const [read] = READS(scene);
    expect((await isolate.send(token, ...read)).status).toBe(200);
    expect((await isolate.send(token, 'GET', '/v2/')).status).toBe(401);
    for (const [method, path] of READS(scene)) {
      expect((await isolate.send(token, method, path)).status).toBe(401);
    }
  });

  test('of an isolate whose clock is ahead is not believed until then', async () => {
    const scene = await makeScene();
    const token = await later(30, () => ask(signing, scene.user.authorization, scene));
    await query('DELETE FROM members WHERE user_id = ?', scene.user.id);
    const [read] = READS(scene);
    expect((await late.send(token, ...read)).status).toBe(403);
  });

  test('is short for one repository', async () => {
    const scene = await makeScene();
    expect((await ask(signing, scene.developer, scene)).length).toBeLessThan(700);
  });

  /** A token to pull from `count` repositories that do not exist and, as the last, from that of a scene. */
  async function askForMany(scene: Scene, count: number): Promise<string> {
    const names = Array.from({ length: count }, (_, n) => `${scene.workspace}/app-${n}`);
    const scopes = [...names, scene.repository].map((name) => `scope=repository:${name}:pull`);
    const path = `/v2/token?service=registry.test&${scopes.join('&')}`;
    const answer = await expectStatus(await signing.send(scene.developer, 'GET', path), 200);
    return bearer(((await answer.json()) as { token: string }).token);
  }

  test('for many repositories carries the decisions about the first few', async () => {
    const scene = await makeScene();
    const isolate = await openIsolate();
    const [few, many] = [await askForMany(scene, 7), await askForMany(scene, 30)];
    // Longer ones are verified anew for each request.
    expect(many.length).toBeLessThan(4096);
    await query('UPDATE projects SET credential_version = 2 WHERE id = ?', scene.project);
    const [read] = READS(scene);
    expect((await isolate.send(few, ...read)).status).toBe(200);
    expect((await isolate.send(many, ...read)).status).toBe(401);
  });
});
