import { beforeAll, expect, test, vi } from 'vitest';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { CONFIG_TYPE, TYPES } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { ADMIN, send } from '../support/worker/registry-client.ts';
import { pushConfigured, type Version, versionsPath } from './support/versions.ts';

let workspace: string;
let developer: Caller;
let viewer: Caller;

beforeAll(async () => {
  const project = await makeProject();
  workspace = await makeWorkspace(project);
  developer = await signInAs(await makeUser({ [project]: 'developer' }));
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

const path = (image: string, rest = '') => versionsPath(workspace, image, rest);

test('versions are listed by update or name, page by page', async () => {
  for (const tag of ['b', 'c', 'a']) {
    await pushConfigured(`${workspace}/listed`, tag, {
      os: 'linux',
      architecture: 'arm',
      variant: 'v7',
    });
    const at = { b: 1000, c: 2000, a: 2000 }[tag];
    await query('UPDATE tags SET updated_at = ? WHERE name = ?', at, tag);
  }
  const tags = async (parameters: string) =>
    (await readAll<Version>(viewer, path('listed', `?limit=1&${parameters}`))).map(
      ({ tag }) => tag,
    );
  expect(await tags('')).toEqual(['c', 'a', 'b']);
  expect(await tags('order=asc')).toEqual(['b', 'a', 'c']);
  expect(await tags('sort=name')).toEqual(['a', 'b', 'c']);
  expect(await tags('sort=name&order=desc')).toEqual(['c', 'b', 'a']);
  for (const [wrong, field] of [
    ['sort=size', 'sort'],
    ['cursor=x', 'cursor'],
    ['a=b', 'a'],
  ]) {
    const answer = await call(viewer, 'GET', path('listed', `?${wrong}`));
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe(field);
  }
});

test('versions are found by prefix, sorted by name', async () => {
  for (const tag of ['1.10', '1.2', '1-rc', '2.1', 'v1.0']) {
    await pushConfigured(`${workspace}/found`, tag, { os: 'linux', architecture: 'amd64' });
  }
  const tags = async (parameters: string) =>
    (await readAll<Version>(viewer, path('found', `?limit=1&${parameters}`))).map(({ tag }) => tag);
  expect(await tags('q=1.')).toEqual(['1.10', '1.2']);
  expect(await tags('q=1&order=desc')).toEqual(['1.2', '1.10', '1-rc']);
  expect(await tags('q=1&sort=updated')).toEqual(['1-rc', '1.10', '1.2']);
  expect(await tags('q=%25')).toEqual([]);
  expect(await tags('q=3')).toEqual([]);
  const long = await call(viewer, 'GET', path('found', `?q=${'x'.repeat(129)}`));
  expect(expectProblem(long, 400, 'field-invalid').field).toBe('q');
});

test('a version shows its pusher, content, platform and pulls', async () => {
  const { digest } = await pushConfigured(`${workspace}/shown`, '1', {
    os: 'linux',
    architecture: 'amd64',
  });
  await query(
    'UPDATE manifests SET pulls = 3, last_pulled_at = 60000, last_used_at = 7200000 WHERE digest = ?',
    digest,
  );
  const read = async () => (await readAll<Version>(viewer, path('shown')))[0];
  // The config is read after the response to the push.
  await vi.waitFor(async () => expect((await read())?.platforms).toEqual(['linux/amd64']));
  expect(await read()).toEqual({
    tag: '1',
    digest,
    mediaType: TYPES.image,
    kind: 'image',
    artifactType: CONFIG_TYPE,
    platforms: ['linux/amd64'],
    size: 100 + JSON.stringify({ os: 'linux', architecture: 'amd64' }).length,
    pushedAt: expect.stringMatching(/^20.*Z$/),
    pushedBy: 'admin',
    pulls: 3,
    lastPulledAt: '1970-01-01T00:01:00.000Z',
    lastUsedAt: '1970-01-01T02:00:00.000Z',
  });
});

test('deletes one, many and missing versions', async () => {
  for (const tag of ['1', '2', '3', 'kept']) await pushImage(`${workspace}/thinned`, tag);
  expectProblem(await call(viewer, 'DELETE', path('thinned', '/1')), 403, 'denied');
  expectAnswer(await call(developer, 'DELETE', path('thinned', '/1')), 200);
  expectProblem(await call(developer, 'DELETE', path('thinned', '/1')), 404, 'manifest-unknown');
  const wanted = ['2', 'missing', '3', 'not a tag'].map((tag) => ({ tag }));
  expectProblem(await call(viewer, 'POST', path('thinned', '/deletion'), wanted), 403, 'denied');
  const results = expectAnswer(
    await call<{ tag: string; status: string; problem?: { code: string } }[]>(
      developer,
      'POST',
      path('thinned', '/deletion'),
      wanted,
    ),
    200,
  );
  expect(results.map(({ tag, status, problem }) => [tag, problem?.code ?? status])).toEqual([
    ['2', 'deleted'],
    ['missing', 'manifest-unknown'],
    ['3', 'deleted'],
    ['not a tag', 'manifest-unknown'],
  ]);
  const left = await readAll<Version>(viewer, path('thinned'));
  expect(left.map(({ tag }) => tag)).toEqual(['kept']);
  const pulled = await send(ADMIN, 'GET', `/v2/${workspace}/thinned/manifests/2`);
  expect(pulled.status).toBe(404);
  for (const body of [[], [{}], [{ tag: 'a', digest: 'b' }], {}]) {
    const answer = await call(developer, 'POST', path('thinned', '/deletion'), body);
    expectProblem(answer, 400, 'field-invalid');
  }
});

test('deleting a manifest by digest deletes its versions', async () => {
  const { digest } = await pushImage(`${workspace}/whole`, '1');
  await pushImage(`${workspace}/whole`, '2');
  const manifest = `/workspaces/${workspace}/images/whole/manifests/${digest}`;
  expectAnswer(await call(developer, 'DELETE', manifest), 204);
  const left = await readAll<Version>(viewer, path('whole'));
  expect(left.map(({ tag }) => tag)).toEqual(['2']);
  expectProblem(await call(viewer, 'GET', manifest), 404, 'manifest-unknown');
});
