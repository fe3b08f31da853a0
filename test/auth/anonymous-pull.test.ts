import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { query } from '../support/worker/database.ts';
import { makeProject, makeWorkspace } from '../support/worker/people.ts';
import { type PushedImage, pushImage } from '../support/worker/push.ts';
import {
  ANONYMOUS,
  bearer,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { storeAnonymousPull } from '../support/worker/settings.ts';
import { getToken } from '../support/worker/token-service.ts';

let open: string;
let closed: string;
let image: PushedImage;

beforeAll(async () => {
  const project = await makeProject();
  open = `${await makeWorkspace(project, 'public')}/app`;
  closed = `${await makeWorkspace(project, 'private')}/app`;
  image = await pushImage(open, 'v1');
  await pushImage(closed, 'v1');
});

const pulls = (repository: string) => [
  `/v2/${repository}/tags/list`,
  `/v2/${repository}/manifests/v1`,
  `/v2/${repository}/blobs/${image.config.digest}`,
  `/v2/${repository}/referrers/${image.digest}`,
];

const anonymous = async (repository: string, actions = 'pull') =>
  await getToken(ANONYMOUS, `scope=repository:${repository}:${actions}`);

test.each(['false', '', '1', 'TRUE'])(
  'while the setting is "%s", anonymous users pull nothing',
  async (value) => {
    await storeAnonymousPull(value);
    for (const path of pulls(open)) {
      await expectFault(await send(ANONYMOUS, 'GET', path), 401, 'UNAUTHORIZED');
    }
    expect((await anonymous(open)).scope).toBe('');
  },
);

describe('while it is "true"', () => {
  beforeEach(async () => {
    await storeAnonymousPull('true');
  });

  test('anonymous users pull what is public, with a token that they ask for', async () => {
    const { token, scope } = await anonymous(open, 'pull,push,delete');
    expect(scope).toBe(`repository:${open}:pull`);
    for (const path of pulls(open)) {
      await expectStatus(await send(bearer(token), 'GET', path), 200);
      const response = await send(ANONYMOUS, 'GET', path);
      const scopes = `scope="repository:${open}:pull"`;
      expect(response.headers.get('www-authenticate')).toContain(scopes);
      await expectFault(response, 401, 'UNAUTHORIZED');
    }
  });

  test('but nothing that is private', async () => {
    const { token, scope } = await anonymous(closed);
    expect(scope).toBe('');
    for (const who of [ANONYMOUS, bearer(token)]) {
      for (const path of pulls(closed)) {
        await expectFault(await send(who, 'GET', path), 401, 'UNAUTHORIZED');
      }
    }
  });

  test('and push and delete nothing', async () => {
    const { token } = await anonymous(open, '*');
    for (const who of [ANONYMOUS, bearer(token)]) {
      for (const [method, path] of [
        ['POST', `/v2/${open}/blobs/uploads/`],
        ['PUT', `/v2/${open}/manifests/v2`],
        ['DELETE', `/v2/${open}/manifests/v1`],
        ['DELETE', `/v2/${open}/blobs/${image.config.digest}`],
      ] as const) {
        await expectFault(await send(who, method, path), 401, 'UNAUTHORIZED');
      }
    }
  });

  test('/v2/ still asks who the client is, so that clients sign in where they can', async () => {
    await expectFault(await send(ANONYMOUS, 'GET', '/v2/'), 401, 'UNAUTHORIZED');
  });

  test('a token ends with the setting', async () => {
    const { token } = await anonymous(open);
    const path = `/v2/${open}/tags/list`;
    await expectStatus(await send(bearer(token), 'GET', path), 200);
    await storeAnonymousPull('false');
    await expectFault(await send(bearer(token), 'GET', path), 401, 'UNAUTHORIZED');
  });

  test('what is made private is closed, whatever anonymous token there is or will be', async () => {
    const workspace = await makeWorkspace(await makeProject(), 'public');
    const repository = `${workspace}/app`;
    await pushImage(repository, 'v1');
    const before = bearer((await anonymous(repository)).token);
    const path = `/v2/${repository}/manifests/v1`;
    await expectStatus(await send(before, 'GET', path), 200);
    await query("UPDATE workspaces SET access = 'private' WHERE name = ?", workspace);
    for (const who of [ANONYMOUS, before, bearer((await anonymous(repository)).token)]) {
      await expectFault(await send(who, 'GET', path), 401, 'UNAUTHORIZED');
    }
  });
});
