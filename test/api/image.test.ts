import { beforeAll, expect, test } from 'vitest';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  signInAs,
} from '../support/worker/api-client.ts';
import { freshBytes } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { addPulls } from '../support/worker/pulls.ts';
import { pushImage } from '../support/worker/push.ts';
import { ADMIN, send } from '../support/worker/registry-client.ts';

interface Image {
  readonly description: string;
  readonly size: number;
  readonly unsharedSize: number;
  readonly [field: string]: unknown;
}

let workspace: string;
let developer: Caller;
let viewer: Caller;
let outsider: Caller;

beforeAll(async () => {
  const project = await makeProject();
  workspace = await makeWorkspace(project);
  developer = await signInAs(await makeUser({ [project]: 'developer' }));
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
  outsider = await signInAs(await makeUser());
});

const path = (image: string) => `/workspaces/${workspace}/images/${encodeURIComponent(image)}`;

test('an image whose name has slashes shows its address, sizes, versions and pulls', async () => {
  const base = freshBytes(1000);
  await pushImage(`${workspace}/team/app/api`, '1', { layers: [base, freshBytes(10)] });
  await pushImage(`${workspace}/team/app/api`, '2', { layers: [base] });
  await pushImage(`${workspace}/other`, '1', { layers: [base] });
  await query('UPDATE images SET pulls = 5 WHERE id = ?', await imageId(`${workspace}/other`));
  const image = expectAnswer(await call<Image>(viewer, 'GET', path('team/app/api')), 200);
  expect(image).toEqual({
    name: 'team/app/api',
    workspace,
    access: 'private',
    allowed: ['image:pull', 'workspace:view'],
    address: `registry.test/${workspace}/team/app/api`,
    description: '',
    versions: 2,
    accessories: 0,
    size: 1000 + 10 + 32 + 32,
    unsharedSize: 10 + 32 + 32,
    pulls: 0,
    createdAt: expect.stringMatching(/^20.*Z$/),
    updatedAt: expect.stringMatching(/^20.*Z$/),
  });
  const other = expectAnswer(await call<Image>(viewer, 'GET', path('other')), 200);
  expect([other.pulls, other.size, other.unsharedSize]).toEqual([5, 1032, 32]);
});

test('to an outsider, a private image looks like one that does not exist', async () => {
  await pushImage(`${workspace}/hidden`, '1');
  for (const [method, rest] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['GET', '/pulls'],
  ] as const) {
    const answers = [
      await call(outsider, method, `${path('hidden')}${rest}`),
      await call(outsider, method, `/workspaces/never-made/images/hidden${rest}`),
    ];
    const [hidden, missing] = answers.map((answer) => {
      const { instance: _, ...problem } = expectProblem(answer, 404, 'not-found');
      return problem;
    });
    expect(hidden).toEqual(missing);
  }
  expectProblem(await call(viewer, 'GET', path('never-pushed')), 404, 'not-found');
});

test('the slower of two editors gets 412 and overwrites nothing', async () => {
  await pushImage(`${workspace}/edited`, '1');
  const read = await call<Image>(developer, 'GET', path('edited'));
  const etag = read.headers.get('etag') ?? '';
  const edit = (description: string, ifMatch: string) =>
    call<Image>(developer, 'PATCH', path('edited'), { description }, { 'if-match': ifMatch });
  const both = await Promise.all([edit('one', etag), edit('two', etag)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const won = both.find(({ status }) => status === 200);
  expectProblem(both.find(({ status }) => status === 412) as never, 412, 'precondition-failed');
  const now = await call<Image>(developer, 'GET', path('edited'));
  expect(now.body.description).toBe(won?.body.description);
  expect(now.headers.get('etag')).toBe(won?.headers.get('etag'));
  expectAnswer(await edit('three', now.headers.get('etag') ?? ''), 200);
  expect(expectAnswer(await edit('any', '*'), 200).description).toBe('any');
});

test('a description may have 64 KiB, and only users who may edit can set it', async () => {
  await pushImage(`${workspace}/described`, '1');
  const edit = (caller: Caller, body: unknown, ifMatch = '*') =>
    call<Image>(caller, 'PATCH', path('described'), body, { 'if-match': ifMatch });
  const full = '镜'.repeat(21_845);
  expect(expectAnswer(await edit(developer, { description: full }), 200).description).toBe(full);
  for (const description of [`${full}ab`, 'x'.repeat(65_537), '\ud800', 'a\0b', 7, null]) {
    const problem = expectProblem(await edit(developer, { description }), 400, 'field-invalid');
    expect(problem.field).toBe('description');
  }
  expectProblem(await edit(developer, { description: 'a', title: 'b' }), 400, 'field-invalid');
  expectProblem(await edit(viewer, { description: 'a' }), 403, 'denied');
  for (const ifMatch of ['', '3', '"x"', '"1", "2"', 'W/"1"']) {
    const problem = expectProblem(
      await edit(developer, { description: 'a' }, ifMatch),
      400,
      'field-invalid',
    );
    expect(problem.field).toBe('if-match');
  }
  expectProblem(
    await call(developer, 'PATCH', path('described'), { description: 'a' }),
    400,
    'field-invalid',
  );
});

test('pulls are returned for every day, including days without pulls', async () => {
  await pushImage(`${workspace}/pulled`, '1');
  const id = await imageId(`${workspace}/pulled`);
  const today = Math.floor(Date.now() / 86_400_000);
  for (const [day, hour, pulls] of [
    [today, 0, 2],
    [today, 23, 3],
    [today - 2, 12, 4],
    [today - 40, 12, 100],
  ] as const) {
    await addPulls(id, day * 24 + hour, pulls);
  }
  // Counted by an earlier release.
  await query('INSERT INTO image_pulls_by_day VALUES (?, ?, ?)', id, today - 2, 3);
  const { days } = expectAnswer(
    await call<{ days: { day: string; pulls: number }[] }>(
      viewer,
      'GET',
      `${path('pulled')}/pulls?days=4`,
    ),
    200,
  );
  expect(days.map(({ pulls }) => pulls)).toEqual([0, 7, 0, 5]);
  expect(days[3]?.day).toBe(new Date(today * 86_400_000).toISOString().slice(0, 10));
  const long = await call<{ days: unknown[] }>(viewer, 'GET', `${path('pulled')}/pulls`);
  expect(long.body.days).toHaveLength(30);
  for (const wrong of ['0', '91', 'x', '1.5']) {
    expectProblem(
      await call(viewer, 'GET', `${path('pulled')}/pulls?days=${wrong}`),
      400,
      'field-invalid',
    );
  }
});

test('a deleted image is hidden from clients and lists; its name is free', async () => {
  await pushImage(`${workspace}/doomed`, '1');
  expectProblem(await call(viewer, 'DELETE', path('doomed')), 403, 'denied');
  expectAnswer(await call(developer, 'DELETE', path('doomed')), 200);
  expectProblem(await call(developer, 'GET', path('doomed')), 404, 'not-found');
  expectProblem(await call(developer, 'DELETE', path('doomed')), 404, 'not-found');
  const pulled = await send(ADMIN, 'GET', `/v2/${workspace}/doomed/manifests/1`);
  expect(pulled.status).toBe(404);
  await pushImage(`${workspace}/doomed`, '2');
  const again = expectAnswer(await call<Image>(developer, 'GET', path('doomed')), 200);
  expect(again.versions).toBe(1);
  const [row] = await query(
    `SELECT deleted_by FROM images WHERE name = 'doomed' AND deleted_at IS NOT NULL`,
  );
  expect(row?.deleted_by).toMatch(/^user-/);
});

test.each(['%00', '%ff', '..%2f..', 'A', 'a%2F', `${'x'.repeat(2000)}`, '%F0%9F%90%B3'])(
  'an image named %s is not there, and that is all',
  async (name) => {
    expectProblem(
      await call(developer, 'GET', `/workspaces/${workspace}/images/${name}`),
      404,
      'not-found',
    );
  },
);
