import { beforeAll, expect, test } from 'vitest';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { sha256 } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { pushImage, pushIndex, tagDigest } from '../support/worker/push.ts';

interface Change {
  readonly digest: string | null;
  readonly changedBy: string;
  readonly restorable: boolean;
}

let workspace: string;
let developer: Caller;
let name: string;
let viewer: Caller;

beforeAll(async () => {
  const project = await makeProject();
  workspace = await makeWorkspace(project);
  const user = await makeUser({ [project]: 'developer' });
  name = user.name;
  developer = await signInAs(user);
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

const path = (image: string, rest: string) =>
  `/workspaces/${workspace}/images/${image}/versions/latest${rest}`;

const history = async (image: string) =>
  await readAll<Change>(viewer, path(image, '/history?limit=1'));

const restore = (image: string, digest: unknown, headers = {}, caller = developer) =>
  call<{ digest: string; pushedBy: string }>(
    caller,
    'POST',
    path(image, '/restoration'),
    { digest },
    headers,
  );

test('a tag lists what it pointed at, and can be restored to it', async () => {
  const first = await pushImage(`${workspace}/moved`, 'latest');
  const second = await pushImage(`${workspace}/moved`, 'latest');
  expectAnswer(await call(developer, 'DELETE', path('moved', '')), 200);
  expect((await history('moved')).map(({ digest, restorable }) => [digest, restorable])).toEqual([
    [null, false],
    [second.digest, true],
    [first.digest, true],
  ]);
  const restored = expectAnswer(await restore('moved', first.digest), 200);
  expect(restored).toMatchObject({ tag: 'latest', digest: first.digest, pushedBy: name });
  expect(await tagDigest(`${workspace}/moved`, 'latest')).toBe(first.digest);
  expect((await history('moved'))[0]).toEqual({
    digest: first.digest,
    changedAt: expect.stringMatching(/^20.*Z$/),
    changedBy: name,
    restorable: true,
  });
});

test('every tag the image has or had is listed, all or by prefix', async () => {
  const image = `/workspaces/${workspace}/images/tagged`;
  const first = await pushImage(`${workspace}/tagged`, '1.0');
  await pushImage(`${workspace}/tagged`, '1.1');
  await pushImage(`${workspace}/tagged`, '2.0');
  const latest = await pushImage(`${workspace}/tagged`, '2.0');
  expectAnswer(await call(developer, 'DELETE', `${image}/versions/1.1`), 200);
  const list = (query: string) =>
    readAll<{ tag: string; digest: string | null }>(viewer, `${image}/history?limit=1${query}`);
  expect((await list('')).map(({ tag, digest }) => [tag, digest])).toEqual([
    ['1.0', first.digest],
    ['1.1', null],
    ['2.0', latest.digest],
  ]);
  expect((await list('&q=1.')).map(({ tag }) => tag)).toEqual(['1.0', '1.1']);
  expect(await list('&q=3')).toEqual([]);
});

test('of two concurrent restorations with If-Match, one succeeds', async () => {
  const first = await pushImage(`${workspace}/raced`, 'latest');
  const second = await pushImage(`${workspace}/raced`, 'latest');
  const third = await pushImage(`${workspace}/raced`, 'latest');
  const seen = { 'if-match': `"${third.digest}"` };
  const both = await Promise.all([
    restore('raced', first.digest, seen),
    restore('raced', second.digest, seen),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const won = both.find(({ status }) => status === 200)?.body.digest;
  expect(await tagDigest(`${workspace}/raced`, 'latest')).toBe(won);
});

test('content in the trash or collected cannot be restored, and the history says so', async () => {
  const gone = await pushImage(`${workspace}/lost`, 'latest');
  const trashed = await pushImage(`${workspace}/lost`, 'latest');
  const kept = await pushImage(`${workspace}/lost`, 'latest');
  await query(
    `DELETE FROM manifests WHERE digest = ? AND image_id = ?`,
    gone.digest,
    await imageId(`${workspace}/lost`),
  );
  const manifest = `/workspaces/${workspace}/images/lost/manifests/${trashed.digest}`;
  expectAnswer(await call(developer, 'DELETE', manifest), 204);
  expect((await history('lost')).map(({ restorable }) => restorable)).toEqual([true, false, false]);
  expectProblem(await restore('lost', gone.digest), 404, 'manifest-unknown');
  expectProblem(await restore('lost', trashed.digest), 409, 'in-trash');
  expectProblem(await restore('lost', sha256('never')), 404, 'manifest-unknown');
  expect(await tagDigest(`${workspace}/lost`, 'latest')).toBe(kept.digest);
});

test('an index comes back with the children that were deleted after its tag moved on', async () => {
  const repository = `${workspace}/children`;
  const child = await pushImage(repository, null);
  const index = await pushIndex(repository, 'latest', [child.descriptor]);
  await pushImage(repository, 'latest');
  const manifest = `/workspaces/${workspace}/images/children/manifests/${child.digest}`;
  expectAnswer(await call(developer, 'DELETE', manifest), 204);
  expectAnswer(await restore('children', index.digest), 200);
  expectAnswer(await call(developer, 'GET', manifest), 200);
});

test('invalid requests get errors that say what is wrong', async () => {
  const { digest } = await pushImage(`${workspace}/plain`, 'latest');
  for (const wrong of ['latest', '', 7, null, 'sha256:abc']) {
    expect(expectProblem(await restore('plain', wrong), 400, 'field-invalid').field).toBe('digest');
  }
  const odd = await restore('plain', digest, { 'if-match': 'x' });
  expect(expectProblem(odd, 400, 'field-invalid').field).toBe('if-match');
  expectProblem(await restore('plain', digest, {}, viewer), 403, 'denied');
  const cursor = await call(viewer, 'GET', path('plain', '/history?cursor=x'));
  expect(expectProblem(cursor, 400, 'field-invalid').field).toBe('cursor');
  const never = `/workspaces/${workspace}/images/plain/versions/never/history`;
  expectProblem(await call(viewer, 'GET', never), 404, 'not-found');
});
