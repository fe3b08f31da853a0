import { beforeAll, expect, test } from 'vitest';
import {
  ANONYMOUS,
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  makeAdmin,
  type Page,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace, trashWorkspace } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';

interface Listed {
  readonly workspace: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

const names = (items: readonly Listed[]) => items.map((item) => `${item.workspace}/${item.name}`);

let own: string;
let shared: string;
let closed: string;
let developer: Caller;
let viewer: Caller;
let admin: Caller;

beforeAll(async () => {
  const project = await makeProject();
  const other = await makeProject();
  own = await makeWorkspace(project);
  shared = await makeWorkspace(other, 'public');
  closed = await makeWorkspace(other);
  developer = await signInAs(await makeUser({ [project]: 'developer' }));
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
  admin = await makeAdmin();
  for (const name of ['a', 'b', 'c/d', 'e', 'f']) await pushImage(`${own}/${name}`, '1');
  await pushImage(`${shared}/base`, '1');
  await pushImage(`${closed}/secret`, '1');
});

async function list(caller: Caller, parameters: string): Promise<Listed[]> {
  return await readAll<Listed>(caller, `/images?${parameters}`);
}

test('own images, shared ones, and everything for an admin', async () => {
  const mine = ['a', 'b', 'c/d', 'e', 'f'].map((name) => `${own}/${name}`);
  expect(names(await list(developer, ''))).toEqual(mine);
  expect(names(await list(developer, 'scope=own'))).toEqual(mine);
  expect(names(await list(developer, 'scope=shared'))).toEqual([`${shared}/base`]);
  const all = names(await list(admin, 'scope=all'));
  expect(all).toEqual(expect.arrayContaining([...mine, `${shared}/base`, `${closed}/secret`]));
  expect(names(await list(admin, 'scope=own'))).toEqual([]);
  expect(names(await list(admin, 'scope=shared'))).toEqual([`${shared}/base`]);
  expectProblem(await call(developer, 'GET', '/images?scope=all'), 403, 'denied');
  expectProblem(await call(ANONYMOUS, 'GET', '/images'), 401, 'unauthorized');
});

test('lists the images of one workspace, and none if it is closed to me or missing', async () => {
  expect(names(await list(developer, `workspace=${shared}`))).toEqual([`${shared}/base`]);
  expect(await list(developer, `workspace=${closed}`)).toEqual([]);
  expect(await list(developer, 'workspace=never-made')).toEqual([]);
});

test('an entry shows what lists need', async () => {
  await query(
    `UPDATE images SET description = ?, pulls = 7 WHERE id = ?`,
    '# Title\ntext',
    await imageId(`${own}/a`),
  );
  const [entry] = await list(developer, `workspace=${own}&limit=1`);
  expect(entry).toEqual({
    workspace: own,
    name: 'a',
    access: 'private',
    allowed: expect.arrayContaining(['image:edit', 'image:delete']),
    excerpt: '# Title\ntext',
    versions: 1,
    size: 64 + 32,
    pulls: 7,
    updatedAt: expect.stringMatching(/^20.*Z$/),
  });
  const [base] = await list(developer, `workspace=${shared}`);
  expect(base?.allowed).toEqual(['image:pull']);
});

test.each(['name', 'updated', 'size', 'pulls'])(
  'sorted by %s, both ways, page by page',
  async (sort) => {
    for (const [n, name] of ['f', 'c/d', 'a', 'e', 'b'].entries()) {
      // Two differ only in their names.
      const value = Math.max(n, 1);
      await query(
        'UPDATE images SET pulls = ?, size = ?, updated_at = ? WHERE id = ?',
        ...[value, value * 10, value * 1000, await imageId(`${own}/${name}`)],
      );
    }
    const up = names(await list(developer, `sort=${sort}&order=asc&limit=2`));
    const down = names(await list(developer, `sort=${sort}&order=desc&limit=1`));
    expect(down).toEqual([...up].reverse());
    const short = up.map((name) => name.slice(own.length + 1));
    expect(short).toEqual(
      sort === 'name' ? ['a', 'b', 'c/d', 'e', 'f'] : ['c/d', 'f', 'a', 'e', 'b'],
    );
    const byDefault = names(await list(developer, `sort=${sort}`));
    expect(byDefault).toEqual(sort === 'name' ? up : down);
  },
);

test('images in the trash, or never pushed to, are not listed', async () => {
  const workspace = await makeWorkspace(await makeProject(), 'public');
  await pushImage(`${workspace}/gone`, '1');
  await query(
    `INSERT INTO images (workspace_id, project_id, name, created_at, updated_at)
      SELECT id, project_id, 'empty', 0, 0 FROM workspaces WHERE name = ?`,
    workspace,
  );
  expect(names(await list(developer, `workspace=${workspace}`))).toEqual([`${workspace}/gone`]);
  await trashWorkspace(workspace);
  for (const sort of ['name', 'size']) {
    const found = names(await list(developer, `scope=shared&sort=${sort}`));
    expect(found).toEqual([`${shared}/base`]);
  }
});

test.each([
  ['limit=0', 'limit'],
  ['limit=x', 'limit'],
  ['sort=color', 'sort'],
  ['cursor=abc', 'cursor'],
  ['sort=size&cursor=WyJhIiwiYiJd', 'cursor'],
  ['sort=size&cursor=WzEuNSwxZTMwXQ', 'cursor'],
  ['q=%00a', 'q'],
  ['colour=1', 'colour'],
])('a list with %s is refused, naming the field', async (parameters, field) => {
  const problem = expectProblem(
    await call(developer, 'GET', `/images?${parameters}`),
    400,
    'field-invalid',
  );
  expect(problem.field).toBe(field);
});

test('deleting many images returns a result for each, and deletes only those I may delete', async () => {
  const item = (workspace: string, image: string) => ({ workspace, image });
  await pushImage(`${own}/one`, '1');
  await pushImage(`${own}/two/three`, '1');
  const wanted = [
    item(own, 'one'),
    item(shared, 'base'),
    item(closed, 'secret'),
    item(own, 'never-pushed'),
    item('never-made', 'x'),
    item(own, 'two/three'),
    item(own, 'one'),
  ];
  const results = expectAnswer(
    await call<{ status: string; trashId?: string; problem?: { code: string; title: string } }[]>(
      developer,
      'POST',
      '/images/deletion',
      wanted,
    ),
    200,
  );
  expect(results.map(({ status, problem }) => problem?.code ?? status)).toEqual([
    'deleted',
    'denied',
    'not-found',
    'not-found',
    'not-found',
    'deleted',
    'not-found',
  ]);
  expect(results[2]?.problem?.title).toBe(results[4]?.problem?.title);
  expect(results.map(({ problem: _, status: __, trashId: ___, ...name }) => name)).toEqual(wanted);
  expect(names(await list(developer, 'scope=own'))).not.toContain(`${own}/one`);
  expect(names(await list(admin, 'scope=all'))).toContain(`${shared}/base`);
  const denied = expectAnswer(
    await call<{ status: string }[]>(viewer, 'POST', '/images/deletion', [item(own, 'a')]),
    200,
  );
  expect(denied[0]?.status).toBe('failed');
});

test.each([[[]], [[{ workspace: 'a' }]], [[{ workspace: 'a', image: 'b', force: true }]], ['x']])(
  'a deletion of %j is refused',
  async (body) => {
    expectProblem(await call(developer, 'POST', '/images/deletion', body), 400, 'field-invalid');
  },
);

test('deleting an image between two pages does not end the list', async () => {
  const first = expectAnswer(
    await call<Page<Listed>>(developer, 'GET', '/images?sort=pulls&limit=2'),
    200,
  );
  const last = first.items[1];
  expectAnswer(
    await call(
      developer,
      'DELETE',
      `/workspaces/${own}/images/${encodeURIComponent(last?.name ?? '')}`,
    ),
    200,
  );
  const rest = expectAnswer(
    await call<Page<Listed>>(developer, 'GET', `/images?sort=pulls&cursor=${first.next}`),
    200,
  );
  expect([rest.items.length, rest.next]).toEqual([3, null]);
});
