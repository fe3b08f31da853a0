import { beforeAll, expect, test } from 'vitest';
import {
  type Caller,
  call,
  expectAnswer,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace, trashImage } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';

let developer: Caller;
let own: string;
let closed: string;

beforeAll(async () => {
  const project = await makeProject();
  own = await makeWorkspace(project);
  closed = await makeWorkspace(await makeProject());
  developer = await signInAs(await makeUser({ [project]: 'developer' }));
  const descriptions = {
    'web/nginx': 'Serves pages, 100% "fast"',
    'db/postgres': '关系型数据库镜像',
    redis: 'A cache. Do not_use for files',
  };
  for (const [name, description] of Object.entries(descriptions)) {
    await pushImage(`${own}/${name}`, '1');
    await describe(`${own}/${name}`, description);
  }
  await pushImage(`${closed}/nginx`, '1');
});

async function describe(image: string, description: string): Promise<void> {
  await query('UPDATE images SET description = ? WHERE id = ?', description, await imageId(image));
}

async function search(q: string, more = ''): Promise<string[]> {
  const path = `/images?q=${encodeURIComponent(q)}${more}`;
  const found = await readAll<{ name: string }>(developer, path);
  return found.map(({ name }) => name).sort();
}

test.each([
  ['nginx', ['web/nginx']],
  ['GIN', ['web/nginx']],
  ['eb/ng', ['web/nginx']],
  ['b/', ['db/postgres', 'web/nginx']],
  ['DO', ['redis']],
  ['数据库', ['db/postgres']],
  ['镜像', ['db/postgres']],
  ['100%', ['web/nginx']],
  ['"fast"', ['web/nginx']],
  ['"f', ['web/nginx']],
  ['not_use', ['redis']],
  ['notXuse', []],
  ['%', ['web/nginx']],
  ['nginx OR redis', []],
  ['NEAR(', []],
  ['*', []],
  ["'", []],
])('%j finds %j', async (q, wanted) => {
  expect(await search(q, '&scope=own')).toEqual(wanted);
});

test('a search finds by workspace, page by page, in every order', async () => {
  const all = ['db/postgres', 'redis', 'web/nginx'];
  for (const sort of ['name', 'updated', 'size', 'pulls']) {
    for (const order of ['asc', 'desc']) {
      expect(await search(`${own}/`, `&sort=${sort}&order=${order}&limit=1`)).toEqual(all);
      expect(await search(own.slice(-2), `&sort=${sort}&order=${order}&limit=1`)).toEqual(all);
    }
  }
});

test('the index follows changed descriptions, deletion and restoration', async () => {
  const image = `${own}/changing`;
  await pushImage(image, '1');
  const id = await imageId(image);
  expect(await search('changing')).toEqual(['changing']);
  await describe(image, 'first words');
  expect(await search('first words')).toEqual(['changing']);
  await describe(image, 'other words');
  expect(await search('first words')).toEqual([]);
  await trashImage(id);
  expect(await search('other words')).toEqual([]);
  await query('UPDATE images SET deleted_at = NULL WHERE id = ?', id);
  expect(await search('other words')).toEqual(['changing']);
  await query('UPDATE workspaces SET deleted_at = 1 WHERE name = ?', own);
  expect(await search('other words', '&scope=own')).toEqual([]);
  await query('UPDATE workspaces SET deleted_at = NULL WHERE name = ?', own);
  expect(await search('other words')).toEqual(['changing']);
});

test('an image without a completed push is not found', async () => {
  await query(
    `INSERT INTO images (workspace_id, project_id, name, created_at, updated_at)
      SELECT id, project_id, 'begun-only', 0, 0 FROM workspaces WHERE name = ?`,
    own,
  );
  expect(await search('begun-only')).toEqual([]);
  await pushImage(`${own}/begun-only`, '1');
  expect(await search('begun-only')).toEqual(['begun-only']);
});

test('images closed to me are never found', async () => {
  for (const q of ['nginx', 'ng', closed]) {
    for (const more of ['&scope=own', '&scope=shared', `&workspace=${closed}`]) {
      const path = `/images?q=${q}${more}`;
      const found = await readAll<{ workspace: string }>(developer, path);
      expect(found.map(({ workspace }) => workspace)).not.toContain(closed);
    }
  }
});

test('odd search texts cause no error', async () => {
  for (const q of ['\u{1f600}', '   ', 'a'.repeat(200), '\\', '%%%', '""""', '🦀🦀🦀']) {
    expectAnswer(await call(developer, 'GET', `/images?q=${encodeURIComponent(q)}`), 200);
  }
});
