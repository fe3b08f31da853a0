import { beforeAll, describe, expect, test } from 'vitest';
import type { TokenRight } from '../../src/domain/roles.ts';
import { imageId, query } from '../support/worker/database.ts';
import { followPages, nextPath } from '../support/worker/paging.ts';
import {
  makeProject,
  makeUser,
  makeWorkspace,
  projectAuthorization,
  tokenAuthorization,
  trashImage,
  trashWorkspace,
} from '../support/worker/people.ts';
import { pushBlob, pushImage } from '../support/worker/push.ts';
import {
  ADMIN,
  ANONYMOUS,
  bearer,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { storeAnonymousPull } from '../support/worker/settings.ts';
import { getToken, postToken } from '../support/worker/token-service.ts';

const read = (body: { repositories: string[] }) => body.repositories;

let mine: number;
let names: Record<'own' | 'ownPublic' | 'theirs' | 'theirPublic', string>;

async function catalog(who: string, parameters = ''): Promise<string[]> {
  const path = `/v2/_catalog${parameters}`;
  const response = await expectStatus(await send(who, 'GET', path), 200);
  return read((await response.json()) as { repositories: string[] });
}

/** What a client sees with its password, and with the token and the refresh token it gets for it. */
async function catalogInAllWays(who: string): Promise<string[]> {
  const byPassword = await catalog(who);
  const scope = 'registry:catalog:*';
  const given = await getToken(who, `offline_token=true&scope=${scope}`);
  const tokens = [given.token];
  if (given.refresh_token) {
    const form = { grant_type: 'refresh_token', refresh_token: given.refresh_token, scope };
    const answer = await expectStatus(await postToken(form), 200);
    tokens.push(((await answer.json()) as { token: string }).token);
  }
  for (const token of tokens) expect(await catalog(bearer(token))).toEqual(byPassword);
  return byPassword;
}

beforeAll(async () => {
  mine = await makeProject();
  const other = await makeProject();
  names = {
    own: `${await makeWorkspace(mine)}/app`,
    ownPublic: `${await makeWorkspace(mine, 'public')}/a/b`,
    theirs: `${await makeWorkspace(other)}/app`,
    theirPublic: `${await makeWorkspace(other, 'public')}/app`,
  };
  for (const name of Object.values(names)) await pushImage(name, 'v1');
});

describe('each principal sees what it may pull, and nothing else', () => {
  const all = () => Object.values(names).sort();

  test('a member: the images of the project, and public ones', async () => {
    const { authorization } = await makeUser({ [mine]: 'viewer' });
    expect(await catalogInAllWays(authorization)).toEqual(
      all().filter((name) => name !== names.theirs),
    );
  });

  test("a project's credential: the same", async () => {
    const authorization = await projectAuthorization(mine);
    expect(await catalogInAllWays(authorization)).toEqual(
      all().filter((name) => name !== names.theirs),
    );
  });

  test('a member of nothing: public ones', async () => {
    const { authorization } = await makeUser();
    expect(await catalogInAllWays(authorization)).toEqual(
      [names.ownPublic, names.theirPublic].sort(),
    );
  });

  test('the cloud admin: all', async () => {
    expect(await catalogInAllWays(ADMIN)).toEqual(all());
  });

  test('an access token: what its user may see, within its limits', async () => {
    const user = await makeUser({ [mine]: 'developer' });
    const limited = async (rights: readonly TokenRight[], workspaces: readonly string[] | null) =>
      await catalogInAllWays(await tokenAuthorization(user, rights, workspaces));
    const visible = all().filter((name) => name !== names.theirs);
    const [one = ''] = names.own.split('/');
    expect(await limited(['read'], null)).toEqual(visible);
    expect(await limited(['read', 'write'], [one])).toEqual([names.own]);
    expect(await limited(['read'], [names.theirs.split('/')[0] ?? ''])).toEqual([]);
    expect(await limited(['write'], null)).toEqual([]);
  });

  test('anonymous users: asked to sign in, even where anonymous pull is on', async () => {
    for (const value of ['false', 'true']) {
      await storeAnonymousPull(value);
      const response = await send(ANONYMOUS, 'GET', '/v2/_catalog');
      expect(response.headers.get('www-authenticate')).toContain('scope="registry:catalog:*"');
      await expectFault(response, 401, 'UNAUTHORIZED');
    }
  });
});

test('a token needs the catalog in its scopes', async () => {
  const token = async (scope: string) => {
    const response = await send(ADMIN, 'GET', `/v2/token?scope=${scope}`);
    return bearer(((await response.json()) as { token: string }).token);
  };
  expect(await catalog(await token('registry:catalog:*'))).toHaveLength(4);
  const narrow = await token(`repository:${names.own}:pull`);
  await expectFault(await send(narrow, 'GET', '/v2/_catalog'), 401, 'UNAUTHORIZED');
});

test('an image is listed once a manifest is pushed, and no longer when it is in the trash', async () => {
  const workspace = await makeWorkspace(mine);
  const listed = async () => (await catalog(ADMIN)).filter((name) => name.startsWith(workspace));
  await pushBlob(`${workspace}/app`);
  expect(await listed()).toEqual([]);
  await pushImage(`${workspace}/app`, null);
  await pushImage(`${workspace}/other`, 'v1');
  expect(await listed()).toEqual([`${workspace}/app`, `${workspace}/other`]);
  await trashImage(await imageId(`${workspace}/app`));
  expect(await listed()).toEqual([`${workspace}/other`]);
  await trashWorkspace(workspace);
  expect(await listed()).toEqual([]);
});

describe('paging', () => {
  let project: number;
  let who: string;
  const many: string[] = [];

  beforeAll(async () => {
    project = await makeProject();
    for (let w = 0; w < 3; w++) {
      const workspace = await makeWorkspace(project);
      const images = Array.from({ length: 400 }, (_, i) => `i${String(i).padStart(3, '0')}/x-y`);
      await query(
        `INSERT INTO images (workspace_id, project_id, name, created_at, updated_at, published_at)
          SELECT w.id, w.project_id, value, 0, 0, 1 FROM workspaces AS w, json_each(?) WHERE w.name = ?`,
        JSON.stringify(images),
        workspace,
      );
      many.push(...images.map((image) => `${workspace}/${image}`));
    }
    who = await projectAuthorization(project);
  });

  test.each(['', '?n=1000', '?n=100', '?n=399', '?n=7'])('_catalog%s to its end', async (first) => {
    const pages = await followPages(who, `/v2/_catalog${first}`, read);
    const own = pages.flat().filter((name) => many.includes(name));
    expect([...own].sort()).toEqual([...many].sort());
    expect(new Set(pages.flat()).size).toBe(pages.flat().length);
  });

  test('n=0 is empty and names no next page', async () => {
    const response = await expectStatus(await send(who, 'GET', '/v2/_catalog?n=0'), 200);
    expect(await response.json()).toEqual({ repositories: [] });
    expect(nextPath(response)).toBeNull();
  });

  test('starts after a name that does not exist', async () => {
    const [first = ''] = many;
    const [workspace] = first.split('/');
    expect((await catalog(who, `?n=1&last=${workspace}`))[0]).toBe(first);
    expect((await catalog(who, `?n=1&last=${workspace}/i000/x-z`))[0]).toBe(many[1]);
    expect(await catalog(who, '?last=zzz')).toEqual([]);
  });

  test.each([
    ['n=-1', 'PAGINATION_NUMBER_INVALID'],
    ['n=x', 'PAGINATION_NUMBER_INVALID'],
    ['n=', 'PAGINATION_NUMBER_INVALID'],
    ['n=1&n=2', 'UNSUPPORTED'],
    ['last=a&last=b', 'UNSUPPORTED'],
  ] as const)('%s is refused', async (query, code) => {
    await expectFault(await send(who, 'GET', `/v2/_catalog?${query}`), 400, code);
  });
});
