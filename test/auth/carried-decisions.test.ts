import { beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../src/auth/secrets.ts';
import { makeToken } from '../support/worker/access-tokens.ts';
import { signInAs } from '../support/worker/api-client.ts';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makePlace, makeUser, trashWorkspace, type User } from '../support/worker/people.ts';
import { type PushedImage, pushImage, withDigest } from '../support/worker/push.ts';
import { basic, bearer, expectStatus, type Who } from '../support/worker/registry-client.ts';
import { storeAnonymousPull } from '../support/worker/settings.ts';
import { type Isolate, openIsolate, tripsOf } from './support/isolates.ts';
import { later } from './support/later.ts';

/** Isolates that know nothing of each other, by what they are asked for. */
let signing: Isolate;
let soon: Isolate;
let late: Isolate;

beforeAll(async () => {
  [signing, soon, late] = [await openIsolate(), await openIsolate(), await openIsolate()];
});

/** What a test makes: an image, and someone who has a token for it. */
interface Scene {
  readonly project: number;
  readonly workspace: string;
  readonly repository: string;
  readonly image: PushedImage;
  readonly user: User;
  readonly developer: string;
}

async function makeScene(access: 'private' | 'public' = 'private'): Promise<Scene> {
  const { project, workspace, developer } = await makePlace(access);
  const repository = `${workspace}/app`;
  const image = await pushImage(repository, 'v1');
  const user = await makeUser({ [project]: 'developer' });
  return { project, workspace, repository, image, user, developer };
}

/** Asks an isolate for a token. */
async function ask(
  isolate: Isolate,
  who: Who,
  { repository }: Scene,
  actions = 'pull,push',
): Promise<string> {
  const path = `/v2/token?service=registry.test&scope=repository:${repository}:${actions}`;
  const answer = await expectStatus(await isolate.send(who, 'GET', path), 200);
  return bearer(((await answer.json()) as { token: string }).token);
}

async function postRefreshToken(isolate: Isolate, identity: string, scope: string) {
  const form = { grant_type: 'refresh_token', refresh_token: identity, scope };
  return await isolate.send(null, 'POST', '/v2/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}

/** How a client gets a token; asked for again, it is what a client shows then. */
type Client = (scene: Scene) => Promise<(isolate: Isolate) => Promise<string>>;

const byPassword: Client = async (scene) => (isolate) =>
  ask(isolate, scene.user.authorization, scene);
const byCredential: Client = async (scene) => (isolate) => ask(isolate, scene.developer, scene);
const byNothing: Client = async (scene) => (isolate) => ask(isolate, null, scene, 'pull');
const byAccessToken: Client = async (scene) => {
  const { secret } = await makeToken(await signInAs(scene.user));
  return (isolate) => ask(isolate, basic(scene.user.name, secret), scene);
};
const byRefreshToken: Client = async (scene) => {
  const login = '/v2/token?service=registry.test&offline_token=true';
  const answer = await signing.send(scene.user.authorization, 'GET', login);
  const { refresh_token } = (await answer.json()) as { refresh_token: string };
  return async (isolate) => {
    const scope = `repository:${scene.repository}:pull,push`;
    const granted = await expectStatus(await postRefreshToken(isolate, refresh_token, scope), 200);
    return bearer(((await granted.json()) as { token: string }).token);
  };
};
const byStranger: Client = async (scene) => {
  const { authorization } = await makeUser();
  return (isolate) => ask(isolate, authorization, scene, 'pull');
};

interface End {
  readonly who: Client;
  readonly access?: 'public';
  /** What no isolate knows of. */
  readonly end: (scene: Scene) => Promise<unknown>;
  /** The statuses of a read and of a push once the database is asked; null: it may. */
  readonly refused: readonly [number | null, number | null];
}

const setUser = (column: string, value: unknown) => (scene: Scene) =>
  query(`UPDATE users SET ${column} = ? WHERE id = ?`, value, scene.user.id);

const ENDS: Readonly<Record<string, End>> = {
  'the password is changed': {
    who: byPassword,
    end: async (scene) => setUser('password_hash', await hashPassword('another password'))(scene),
    refused: [401, 401],
  },
  'the user is disabled': {
    who: byPassword,
    end: setUser('disabled_at', 1),
    refused: [401, 401],
  },
  'the member is removed': {
    who: byPassword,
    end: ({ user }) => query('DELETE FROM members WHERE user_id = ?', user.id),
    refused: [403, 403],
  },
  'the role is lowered': {
    who: byPassword,
    end: ({ user }) => query("UPDATE members SET role = 'viewer' WHERE user_id = ?", user.id),
    refused: [null, 403],
  },
  'the workspace is made private': {
    who: byStranger,
    access: 'public',
    end: ({ workspace }) =>
      query("UPDATE workspaces SET access = 'private' WHERE name = ?", workspace),
    refused: [403, 403],
  },
  'the credential is rotated': {
    who: byCredential,
    end: ({ project }) => query('UPDATE projects SET credential_version = 2 WHERE id = ?', project),
    refused: [401, 401],
  },
  'the access token is revoked': {
    who: byAccessToken,
    end: ({ user }) => query('UPDATE access_tokens SET revoked_at = 1 WHERE user_id = ?', user.id),
    refused: [401, 401],
  },
  'the refresh token is ended': {
    who: byRefreshToken,
    end: ({ user }) => query('DELETE FROM refresh_tokens WHERE user_id = ?', user.id),
    refused: [401, 401],
  },
  'anonymous pull is switched off': {
    who: byNothing,
    access: 'public',
    end: () => storeAnonymousPull('false'),
    refused: [401, 401],
  },
  'the workspace is deleted': {
    who: byPassword,
    end: ({ workspace }) => trashWorkspace(workspace),
    refused: [403, 403],
  },
};

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
    ['PUT', `/v2/${repository}/manifests/v1`, { body: image.text }],
    ['POST', `/v2/${repository}/blobs/uploads/?mount=${image.config.digest}`],
  ] as const;

describe.each(Object.entries(ENDS))('once %s', (_, { who, access, end, refused }) => {
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
    const getToken = await who(scene);
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
    const getToken = await who(scene);
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

describe('the address of an upload', () => {
  /** A push to an image that is not there yet, begun with a token that is older than a minute. */
  async function beginPush() {
    const scene = await makeScene();
    const repository = `${scene.workspace}/new`;
    const token = await ask(signing, scene.user.authorization, { ...scene, repository });
    const path = `/v2/${repository}/blobs/uploads/`;
    const begun = await later(90, () => soon.send(token, 'POST', path));
    await expectStatus(begun, 202);
    return { scene, token, location: begun.headers.get('location') ?? '' };
  }

  const append = (isolate: Isolate, token: string, location: string, body: Uint8Array) =>
    isolate.send(token, 'PATCH', location, { body });

  test('carries what another isolate needs to continue it', async () => {
    const { token, location } = await beginPush();
    const bytes = freshBytes();
    await later(95, async () => {
      let next = '';
      const appending = await tripsOf(late, async () => {
        const answer = await append(late, token, location, bytes);
        await expectStatus(answer, 202);
        next = answer.headers.get('location') ?? '';
      });
      const put = await tripsOf(late, async () =>
        expectStatus(await late.send(token, 'PUT', withDigest(next, sha256(bytes))), 201),
      );
      // The upload's object publishes the blob.
      expect([appending, put]).toEqual([0, 0]);
    });
  });

  test('is continued with a whole body in the one transaction that publishes it', async () => {
    const { token, location } = await beginPush();
    const body = freshBytes();
    const headers = { 'content-length': String(body.length) };
    await later(95, async () => {
      const put = () =>
        late.send(token, 'PUT', withDigest(location, sha256(body)), { headers, body });
      expect(await tripsOf(late, async () => expectStatus(await put(), 201))).toBe(1);
    });
  });

  test('gets no younger as it is continued', async () => {
    const { scene, token, location } = await beginPush();
    await query('DELETE FROM members WHERE user_id = ?', scene.user.id);
    const next = await later(140, async () => {
      const answer = await append(late, token, location, freshBytes());
      await expectStatus(answer, 202);
      return answer.headers.get('location') ?? '';
    });
    for (const [isolate, address] of [
      [late, next],
      [soon, next],
      [signing, location],
    ] as const) {
      const answer = await later(152, () => append(isolate, token, address, freshBytes()));
      expect(answer.status).toBe(403);
    }
  });

  test('opens nothing to another principal whose own right has ended', async () => {
    const { scene, location } = await beginPush();
    const other = await makeUser({ [scene.project]: 'developer' });
    const repository = `${scene.workspace}/new`;
    const token = await ask(signing, other.authorization, { ...scene, repository });
    await query('DELETE FROM members WHERE user_id = ?', other.id);
    await later(95, async () => {
      expect((await append(late, token, location, freshBytes())).status).toBe(403);
    });
  });

  test('opens nothing to another principal, nor to a token for less', async () => {
    const { scene, location } = await beginPush();
    const other = await makeUser({ [scene.project]: 'viewer' });
    const repository = `${scene.workspace}/new`;
    await later(95, async () => {
      const token = await ask(signing, other.authorization, { ...scene, repository });
      const refused = await append(late, token, location, freshBytes());
      expect(refused.status).toBe(403);
      const path = `/v2/token?service=registry.test&scope=repository:${repository}:pull`;
      const answer = await signing.send(scene.user.authorization, 'GET', path);
      const toPull = bearer(((await answer.json()) as { token: string }).token);
      expect((await append(late, toPull, location, freshBytes())).status).toBe(401);
    });
  });
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

  test('stays short, however many repositories it is for', async () => {
    const scene = await makeScene();
    const scopes = Array.from(
      { length: 20 },
      (_, n) => `scope=repository:${scene.workspace}/app-${n}:pull`,
    );
    const path = `/v2/token?service=registry.test&${scopes.join('&')}`;
    const answer = await signing.send(scene.developer, 'GET', path);
    const { token } = (await answer.json()) as { token: string };
    expect(token.length).toBeLessThan(4096);
    const alone = await ask(signing, scene.developer, scene);
    expect(alone.length).toBeLessThan(700);
  });
});
