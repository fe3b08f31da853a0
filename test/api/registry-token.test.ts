import { beforeAll, describe, expect, test } from 'vitest';
import { afterAMinute } from '../auth/support/later.ts';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  signInAs,
} from '../support/worker/api-client.ts';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import {
  makeProject,
  makeUser,
  makeWorkspace,
  projectAuthorization,
  tokenAuthorization,
  type User,
} from '../support/worker/people.ts';
import { pushBlob, pushImage } from '../support/worker/push.ts';
import { bearer, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';

interface Token {
  readonly token: string;
  readonly expiresAt: string;
}

let project: number;
let workspace: string;
let user: User;
let developer: Caller;
let viewer: Caller;

beforeAll(async () => {
  project = await makeProject();
  workspace = await makeWorkspace(project);
  user = await makeUser({ [project]: 'developer' });
  developer = await signInAs(user);
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

const ask = (caller: Caller, image: string, actions: readonly string[], place = workspace) =>
  call<Token>(caller, 'POST', '/registry-token', { workspace: place, image, actions });

async function tokenFor(caller: Caller, image: string, actions: readonly string[]) {
  return bearer(expectAnswer(await ask(caller, image, actions), 200).token);
}

test('a user signed in to the console pushes and pulls an image with it', async () => {
  const who = await tokenFor(developer, 'team/app', ['pull', 'push']);
  const bytes = freshBytes();
  await pushBlob(`${workspace}/team/app`, bytes, who);
  const { digest } = await pushImage(`${workspace}/team/app`, 'v1', { who });
  for (const path of [`manifests/${digest}`, `blobs/${sha256(bytes)}`]) {
    await expectStatus(await send(who, 'GET', `/v2/${workspace}/team/app/${path}`), 200);
  }
});

test('it is valid for minutes', async () => {
  const before = Date.now();
  const { expiresAt } = expectAnswer(await ask(developer, 'app', ['pull']), 200);
  const seconds = (Date.parse(expiresAt) - before) / 1000;
  expect(seconds).toBeGreaterThan(60);
  expect(seconds).toBeLessThan(16 * 60);
});

test('it is valid for one image and the requested actions', async () => {
  await pushImage(`${workspace}/limited`, 'v1');
  await pushImage(`${workspace}/other`, 'v1');
  const who = await tokenFor(developer, 'limited', ['pull']);
  const uploads = `/v2/${workspace}/limited/blobs/uploads/`;
  await expectStatus(await send(who, 'GET', `/v2/${workspace}/limited/tags/list`), 200);
  await expectFault(await send(who, 'POST', uploads), 401, 'UNAUTHORIZED');
  const other = `/v2/${workspace}/other/tags/list`;
  await expectFault(await send(who, 'GET', other), 401, 'UNAUTHORIZED');
});

describe('a layer is mounted with it', () => {
  const mount = (who: string, image: string, query: string) =>
    send(who, 'POST', `/v2/${workspace}/${image}/blobs/uploads/?${query}`);

  test('from no other image, whatever its maker may read: the client uploads it', async () => {
    const secret = await pushBlob(`${workspace}/secret`, freshBytes());
    const open = await makeWorkspace(project, 'public');
    const shared = await pushBlob(`${open}/base`, freshBytes());
    const who = await tokenFor(developer, 'target', ['pull', 'push']);
    for (const query of [
      `mount=${secret}&from=${workspace}/secret`,
      `mount=${secret}`,
      `mount=${shared}&from=${open}/base`,
      `mount=${shared}`,
    ]) {
      const response = await expectStatus(await mount(who, 'target', query), 202);
      expect(response.headers.get('location')).toContain('/blobs/uploads/');
      const blob = `/v2/${workspace}/target/blobs/${query.includes(secret) ? secret : shared}`;
      await expectFault(await send(who, 'GET', blob), 404, 'BLOB_UNKNOWN');
    }
  });

  test('from the image itself, if the token lets its holder pull', async () => {
    const own = await pushBlob(`${workspace}/own`, freshBytes());
    const both = await tokenFor(developer, 'own', ['pull', 'push']);
    await expectStatus(await mount(both, 'own', `mount=${own}&from=${workspace}/own`), 201);
    await expectStatus(await mount(both, 'own', `mount=${own}`), 201);
    const push = await tokenFor(developer, 'own', ['push']);
    await expectStatus(await mount(push, 'own', `mount=${own}&from=${workspace}/own`), 202);
  });

  test('from any image, with a token that docker asked for', async () => {
    const layer = await pushBlob(`${workspace}/source`, freshBytes());
    const scope = `scope=repository:${workspace}/target:pull,push`;
    const who = bearer((await getToken(user.authorization, scope)).token);
    await expectStatus(await mount(who, 'target', `mount=${layer}&from=${workspace}/source`), 201);
  });

  test('not with a personal token that may not read there, nor with a robot’s', async () => {
    const layer = await pushBlob(`${workspace}/read`, freshBytes());
    const query = `mount=${layer}&from=${workspace}/read`;
    const writer = await tokenAuthorization(user, ['write']);
    await expectStatus(await mount(writer, 'target', query), 202);
    const other = await makeProject();
    const target = await makeWorkspace(other);
    const robot = await projectAuthorization(other);
    for (const parameters of [query, `mount=${layer}`]) {
      const path = `/v2/${target}/target/blobs/uploads/?${parameters}`;
      await expectStatus(await send(robot, 'POST', path), 202);
    }
  });
});

test('no caller gets more rights than they have', async () => {
  await tokenFor(viewer, 'app', ['pull']);
  expectProblem(await ask(viewer, 'app', ['pull', 'push']), 403, 'denied');
  expectProblem(await ask(developer, 'app', ['pull'], 'nowhere'), 404, 'not-found');
  const elsewhere = await makeWorkspace(await makeProject());
  expectProblem(await ask(developer, 'app', ['pull'], elsewhere), 404, 'not-found');
});

test('it expires when the caller loses the right', async () => {
  const leaver = await makeUser({ [project]: 'developer' });
  const who = await tokenFor(await signInAs(leaver), 'app', ['pull', 'push']);
  await pushBlob(`${workspace}/app`, freshBytes(), who);
  await query('DELETE FROM members WHERE user_id = ?', leaver.id);
  const tags = `/v2/${workspace}/app/tags/list`;
  await expectFault(await send(who, 'GET', tags), 403, 'DENIED');
  const uploads = `/v2/${workspace}/app/blobs/uploads/`;
  await afterAMinute(async () => {
    await expectFault(await send(who, 'POST', uploads), 403, 'DENIED');
  });
});

test('a page of another site gets no token', async () => {
  const evil = { ...developer, origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' };
  expectProblem(await ask(evil, 'app', ['pull']), 403, 'cross-site');
});

test.each([
  [{ image: 'App' }, 400, 'name-invalid'],
  [{ image: '' }, 400, 'name-invalid'],
  [{ actions: [] }, 400, 'field-invalid'],
  [{ actions: ['delete'] }, 400, 'field-invalid'],
  [{ more: 1 }, 400, 'field-invalid'],
])('%j is refused', async (wrong, status, code) => {
  const body = { workspace, image: 'app', actions: ['pull'], ...wrong };
  expectProblem(await call(developer, 'POST', '/registry-token', body), status, code);
});
