import { beforeAll, expect, test } from 'vitest';
import {
  type Caller,
  call,
  expectAnswer,
  makeAdmin,
  type Page,
  signInAs,
} from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { makeProject, makeUser } from '../support/worker/people.ts';
import { countRowsRead } from '../support/worker/rows-read.ts';

/** 10,000 images in 100 workspaces: a third mine, a third others' public, a third private. */
const WORKSPACES = 100;
const IMAGES = 100;
const TAGS = 50_000;

let mine = 0;
let developer: Caller;
let admin: Caller;

beforeAll(async () => {
  mine = await makeProject();
  const other = await makeProject();
  developer = await signInAs(await makeUser({ [mine]: 'developer' }));
  admin = await makeAdmin();
  const numbers = (count: number) => `WITH RECURSIVE n(n) AS (
    SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ${count - 1})`;
  await query(
    `${numbers(WORKSPACES)} INSERT INTO workspaces (id, project_id, name, access, created_at, created_by)
      SELECT 1000 + n, iif(n % 3 = 0, ?, ?), printf('scale-%03d', n), iif(n % 3 = 1, 'public', 'private'), 0, 'x' FROM n`,
    mine,
    other,
  );
  await query(
    `${numbers(WORKSPACES * IMAGES)} INSERT INTO images
        (id, workspace_id, project_id, name, description, pulls, size, created_at, updated_at, published_at)
      SELECT 10000 + n, w.id, w.project_id, printf('image-%04d', n), iif(n % 777 = 0, 'rare stone', 'common'),
        n * 7919 % 100, n * 104729 % 1000, 0, n * 15485863 % 100000, 1
        FROM n JOIN workspaces AS w ON w.id = 1000 + n % ${WORKSPACES}`,
  );
  await query(
    `INSERT INTO manifests
        (id, image_id, workspace_id, digest, media_type, size, content_size, content, pushed_at, pushed_by)
      VALUES (10000, 10000, 1000, 'sha256:m', 'x', 1, 1, '{}', 0, 'x')`,
  );
  await query(
    `${numbers(TAGS)} INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
      SELECT 10000, printf('tag-%05d', n), 10000, 0, n * 7919 % 1000, 'x' FROM n`,
  );
}, 120_000);

interface Read {
  readonly found: string[];
  /** Maximum rows that D1 read for one page. */
  readonly most: number;
  readonly pages: number;
}

/** Reads a list to its end; `between` runs after every page. */
async function readCounted<T>(
  caller: Caller,
  path: string,
  nameOf: (item: T) => string,
  between: (page: number) => Promise<void> = async () => {},
): Promise<Read> {
  const found: string[] = [];
  let most = 0;
  let pages = 0;
  for (let cursor = ''; ; ) {
    const [answer, rows] = await countRowsRead(() =>
      call<Page<T>>(caller, 'GET', `${path}${cursor}`),
    );
    const { items, next } = expectAnswer(answer, 200);
    found.push(...items.map(nameOf));
    most = Math.max(most, rows);
    pages++;
    if (next === null) return { found, most, pages };
    cursor = `&cursor=${encodeURIComponent(next)}`;
    await between(pages);
  }
}

interface Named {
  readonly workspace: string;
  readonly name: string;
}

const fullName = ({ workspace, name }: Named) => `${workspace}/${name}`;

/** Full names of the images that match a condition. */
async function namesOf(where: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT w.name || '/' || i.name AS name FROM images AS i
      JOIN workspaces AS w ON w.id = i.workspace_id
      WHERE i.published_at IS NOT NULL AND i.deleted_at IS NULL AND ${where}`,
  );
  return rows.map((row) => row.name);
}

/** Ten of 900 ids whose remainder by 11 is `rest`; different ones for every page. */
const some = (page: number, rest: number) => {
  const ids = Array.from({ length: 10 }, (_, n) => 9999 + rest + 11 * ((page * 10 + n) % 900));
  return `id IN (${ids})`;
};

/** Adds images, moves some to the trash, restores some, and pushes to others. */
async function disturb(page: number): Promise<void> {
  await query(
    `INSERT INTO images (workspace_id, project_id, name, pulls, size, created_at, updated_at, published_at)
      SELECT id, project_id, 'new-' || hex(randomblob(8)), abs(random() % 100), abs(random() % 1000), 0, abs(random() % 100000), 1
        FROM workspaces WHERE id BETWEEN 1000 AND 1099 AND id % 37 = ${page % 37}`,
  );
  await query(
    `UPDATE images SET deleted_at = iif(deleted_at IS NULL, 1, NULL) WHERE ${some(page, 5)}`,
  );
  await query(
    `UPDATE images SET pulls = pulls + 50, updated_at = updated_at + 50000, size = size + 500
      WHERE ${some(page, 6)}`,
  );
}

const UNTOUCHED = `i.id >= 10000 AND i.id < 20000 AND (i.id - 9999) % 11 NOT IN (5, 6)`;

/** Maximum rows read for a page of 50 images in 100 workspaces, however many images there are. */
const MOST_ROWS = { name: 500, number: 6000 };

test.each([
  ['scope=own', 'name', 'asc'],
  ['scope=own', 'updated', 'desc'],
  ['scope=shared', 'size', 'asc'],
  ['scope=shared', 'name', 'desc'],
  ['scope=all', 'pulls', 'desc'],
])(
  'images of %s by %s %s: none repeated, none missed that was there throughout',
  async (scope, sort, order) => {
    const caller = scope === 'scope=all' ? admin : developer;
    const place = {
      'scope=own': `w.project_id = ${mine}`,
      'scope=shared': `w.project_id <> ${mine} AND w.access = 'public' AND w.id >= 1000`,
      'scope=all': 'w.id >= 1000',
    }[scope];
    const path = `/images?${scope}&sort=${sort}&order=${order}`;
    const { found, most } = await readCounted<Named>(caller, path, fullName, disturb);
    const wanted = await namesOf(`${UNTOUCHED} AND ${place}`);
    expect(wanted.length).toBeGreaterThan(2000);
    const untouched = new Set(wanted);
    expect(found.filter((name) => untouched.has(name)).sort()).toEqual(wanted.sort());
    if (sort === 'name') expect(new Set(found).size).toBe(found.length);
    expect(most).toBeLessThan(sort === 'name' ? MOST_ROWS.name : MOST_ROWS.number);
  },
  120_000,
);

test('a prefix among 50,000 tags is found by reading few other rows', async () => {
  const path = '/workspaces/scale-000/images/image-0000/versions?q=tag-0123&sort=updated&limit=4';
  const { found, most } = await readCounted<{ tag: string }>(
    developer,
    path,
    ({ tag }) => tag,
    async () => {},
  );
  expect(found).toEqual(Array.from({ length: 10 }, (_, n) => `tag-0123${n}`));
  expect(most).toBeLessThan(100);
});

test.each(['name', 'updated'])(
  '50,000 tags by %s: none repeated, none missed that was there throughout',
  async (sort) => {
    const path = `/workspaces/scale-000/images/image-0000/versions?sort=${sort}&limit=200`;
    const { found, most, pages } = await readCounted<{ tag: string }>(
      developer,
      path,
      ({ tag }) => tag,
      async (page) => {
        await query(
          `INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
            VALUES (10000, 'new-' || hex(randomblob(8)), 10000, 0, abs(random() % 1000), 'x')`,
        );
        await query(
          `DELETE FROM tags WHERE image_id = 10000 AND name = ?`,
          `tag-${page * 100 + 7}`,
        );
      },
    );
    const untouched = Array.from({ length: TAGS }, (_, n) => n)
      .filter((n) => n % 100 !== 7)
      .map((n) => `tag-${String(n).padStart(5, '0')}`);
    const wanted = new Set(untouched);
    expect(found.filter((tag) => wanted.has(tag)).sort()).toEqual(untouched);
    expect(new Set(found).size).toBe(found.length);
    expect(pages).toBeGreaterThan(200);
    expect(most).toBeLessThan(1000);
  },
  120_000,
);

test.each([
  ['a rare text', 'rare stone', `i.description = 'rare stone'`, 1000],
  ['a text that many images have', 'IMAGE-', `i.name LIKE 'image-%'`, 40_000],
  ['a text too short for the index', '99', `w.name || i.name LIKE '%99%'`, 40_000],
])(
  'a search for %s finds all, and reads a bounded number of rows',
  async (_, q, where, limit) => {
    const path = `/images?scope=all&q=${encodeURIComponent(q)}&sort=pulls`;
    const { found, most } = await readCounted<Named>(admin, path, fullName);
    const wanted = await namesOf(where);
    expect(wanted.length).toBeGreaterThan(10);
    expect(found.sort()).toEqual(wanted.sort());
    expect(most).toBeLessThan(limit);
  },
  120_000,
);
