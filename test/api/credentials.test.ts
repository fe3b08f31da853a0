import { beforeAll, describe, expect, test } from 'vitest';
import { hashSecret } from '../../src/auth/secrets.ts';
import {
  ADMIN_CALLER,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
} from '../support/worker/api-client.ts';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { bindings, query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { beginUpload, pushImage, withDigest } from '../support/worker/push.ts';
import { basic, bearer, expectStatus, send } from '../support/worker/registry-client.ts';
import { type Cast, makeCast } from './support/cast.ts';

interface Credential {
  readonly host: string;
  readonly username: string;
  readonly password: string;
}

let cast: Cast;

beforeAll(async () => {
  cast = await makeCast();
});

const pathOf = (project: number) => `/projects/${project}/credential`;

async function read(project: number): Promise<Credential> {
  return expectAnswer(await call<Credential>(ADMIN_CALLER, 'GET', pathOf(project)), 200);
}

async function rotate(project: number): Promise<Credential> {
  const path = `${pathOf(project)}/rotation`;
  return expectAnswer(await call<Credential>(ADMIN_CALLER, 'POST', path), 200);
}

const header = ({ username, password }: Credential) => basic(username, password);

async function tokenFor(who: string, repository: string): Promise<string> {
  const scope = encodeURIComponent(`repository:${repository}:pull,push`);
  const response = await expectStatus(await send(who, 'GET', `/v2/token?scope=${scope}`), 200);
  const { token } = (await response.json()) as { token: string };
  return bearer(token);
}

describe('who', () => {
  test.each([
    ['nobody', 401, 401],
    ['outsider', 404, 404],
    ['viewer', 403, 403],
    ['developer', 200, 403],
    ['owner', 200, 200],
    ['admin', 200, 200],
  ] as const)('%s: showing answers %i, rotating %i', async (part, shown, rotated) => {
    const { project, callers } = cast;
    const [caller, path] = [callers[part], pathOf(project)];
    expect((await call(caller, 'GET', path)).status).toBe(shown);
    const before = (await read(project)).password;
    expect((await call(caller, 'POST', `${path}/rotation`)).status).toBe(rotated);
    const changed = (await read(project)).password !== before;
    expect(changed).toBe(rotated === 200);
  });

  test("a developer's access token may push, but not be shown the credential", async () => {
    const user = await makeUser({ [cast.project]: 'developer' });
    const secret = 'orlop_of-the-credential-tests';
    await query(
      `INSERT INTO access_tokens (user_id, name, token_hash, scope, created_at)
        VALUES (?, 'ci', ?, '{"rights":["read","write","delete"],"workspaces":null}', 1000 * unixepoch())`,
      user.id,
      hashSecret(bindings.CREDENTIAL_KEY, secret),
    );
    const token = callerOf(bearer(secret));
    const path = pathOf(cast.project);
    expectProblem(await call(token, 'GET', path), 404, 'not-found');
    expectProblem(await call(token, 'POST', `${path}/rotation`), 404, 'not-found');
    const workspace = await makeWorkspace(cast.project);
    await pushImage(`${workspace}/a`, 'v1', { who: basic(user.name, secret) });
  });
});

test('the credential is returned with the host, is not cached, and can push', async () => {
  const answer = await call<Credential>(cast.callers.developer, 'GET', pathOf(cast.project));
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const credential = expectAnswer(answer, 200);
  expect(credential.host).toBe('registry.test');
  expect(credential.username).toBe(`project-${cast.project}`);
  const workspace = await makeWorkspace(cast.project);
  await pushImage(`${workspace}/a`, 'v1', { who: header(credential) });
});

test('each of several concurrent rotations ends the previous credential; only the last one is valid', async () => {
  const project = await makeProject();
  const [before] = await query<{ v: number }>(
    'SELECT credential_version AS v FROM projects WHERE id = ?',
    project,
  );
  const made = await Promise.all(Array.from({ length: 5 }, () => rotate(project)));
  expect(new Set(made.map(({ password }) => password)).size).toBe(5);
  const [after] = await query<{ v: number }>(
    'SELECT credential_version AS v FROM projects WHERE id = ?',
    project,
  );
  expect(after?.v).toBe((before?.v ?? 0) + 5);
  const statuses = await Promise.all(
    made.map(async (one) => (await send(header(one), 'GET', '/v2/')).status),
  );
  expect(statuses.sort()).toEqual([200, 401, 401, 401, 401]);
});

test('a rotation ends the old password and its tokens', async () => {
  const project = await makeProject();
  const workspace = await makeWorkspace(project);
  const { text } = await pushImage(`${workspace}/a`, 'v1');
  const old = header(await read(project));
  const token = await tokenFor(old, `${workspace}/a`);
  const manifest = `/v2/${workspace}/a/manifests/v1`;
  const served = await expectStatus(await send(token, 'GET', manifest), 200);
  expect(await served.text()).toBe(text);

  const fresh = header(await rotate(project));

  await expectStatus(await send(token, 'GET', manifest), 401);
  await expectStatus(await send(old, 'GET', manifest), 401);
  await expectStatus(await send(old, 'GET', '/v2/token'), 401);
  await expectStatus(await send(fresh, 'GET', manifest), 200);
});

test('a rotation during a push: the current chunk completes, the next request is refused', async () => {
  const project = await makeProject();
  const repository = `${await makeWorkspace(project)}/app`;
  const old = header(await read(project));
  const token = await tokenFor(old, repository);
  const location = await beginUpload(repository, '', token);
  const chunks = Array.from({ length: 40 }, () => freshBytes(100_000));
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const patched = send(token, 'PATCH', location, { body: readable });
  // More than all buffers hold: the registry is reading, so it has authorized the request.
  for (const chunk of chunks.slice(0, -1)) await writer.write(chunk);

  const fresh = header(await rotate(project));

  await writer.write(chunks.at(-1));
  await writer.close();
  const appended = await expectStatus(await patched, 202);
  expect(appended.headers.get('range')).toBe('0-3999999');
  const bytes = Buffer.concat(chunks);
  const last = withDigest(appended.headers.get('location') ?? '', sha256(bytes));
  await expectStatus(await send(token, 'PUT', last), 401);
  await expectStatus(await send(old, 'PUT', last), 401);
  const blob = `/v2/${repository}/blobs/${sha256(bytes)}`;
  await expectStatus(await send(fresh, 'HEAD', blob), 404);
  await expectStatus(await send(fresh, 'PUT', last), 201);
  await expectStatus(await send(fresh, 'HEAD', blob), 200);
});
