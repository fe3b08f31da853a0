import { beforeAll, describe, expect, test } from 'vitest';
import { call, expectAnswer, expectProblem } from '../support/worker/api-client.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makeWorkspace } from '../support/worker/people.ts';
import { pushImage, tagDigest } from '../support/worker/push.ts';
import { countRowsRead } from '../support/worker/rows-read.ts';
import { type Cast, makeCast } from './support/cast.ts';

const DAY = 24 * 60 * 60 * 1000;
const NONE = { keepLast: null, keepDays: null, keepTags: [], immutableTags: [] };

let cast: Cast;
let workspace: string;
let path: string;

beforeAll(async () => {
  cast = await makeCast();
  workspace = await makeWorkspace(cast.project);
  path = `/workspaces/${workspace}/retention`;
});

const ask = (method: string, rest: string, body?: unknown) =>
  call<Record<string, unknown>>(cast.callers.owner, method, `${path}${rest}`, body);

/** Sets the push time of a version to a number of days ago. */
async function age(repository: string, tag: string, days: number): Promise<void> {
  const at = Date.now() - days * DAY;
  const id = await imageId(repository);
  await query('UPDATE tags SET updated_at = ? WHERE image_id = ? AND name = ?', at, id, tag);
  await query('UPDATE tag_history SET changed_at = ? WHERE image_id = ? AND tag = ?', at, id, tag);
}

describe('the rules of a workspace', () => {
  test('are empty at first, and are replaced as a whole', async () => {
    expect(expectAnswer(await ask('GET', ''), 200)).toEqual(NONE);
    const rules = { keepLast: 5, keepDays: 30, keepTags: ['v*'], immutableTags: ['release-?'] };
    expect(expectAnswer(await ask('PUT', '', rules), 200)).toEqual(rules);
    expect(expectAnswer(await ask('GET', ''), 200)).toEqual(rules);
    expect(expectAnswer(await ask('PUT', '', { keepLast: 2 }), 200)).toEqual({
      ...NONE,
      keepLast: 2,
    });
    expect(expectAnswer(await ask('PUT', '', {}), 200)).toEqual(NONE);
  });

  test('can be viewed by members and set by owners', async () => {
    const { viewer, developer, outsider } = cast.callers;
    expectAnswer(await call(viewer, 'GET', path), 200);
    expectProblem(await call(developer, 'PUT', path, {}), 403, 'denied');
    expectProblem(await call(outsider, 'GET', path), 404, 'not-found');
  });

  test.each([
    [{ keepLast: 0 }, 'keepLast'],
    [{ keepLast: 1001 }, 'keepLast'],
    [{ keepDays: 1.5 }, 'keepDays'],
    [{ keepTags: ['[a-z]'] }, 'keepTags.0'],
    [{ keepTags: [''] }, 'keepTags.0'],
    [{ immutableTags: ['v'.repeat(51)] }, 'immutableTags.0'],
    [{ immutableTags: Array.from({ length: 21 }, (_, n) => `v${n}`) }, 'immutableTags'],
    [{ keep: 1 }, 'keep'],
  ])('%j are refused, naming the field', async (rules, field) => {
    for (const [method, rest] of [
      ['PUT', ''],
      ['POST', '/preview'],
      ['POST', '/backtest'],
    ] as const) {
      const problem = expectProblem(await ask(method, rest, rules), 400, 'field-invalid');
      expect(problem.field).toBe(field);
    }
  });
});

describe('a preview', () => {
  const tags = ['v1', 'v2', 'v3', 'v4', 'latest'];

  beforeAll(async () => {
    for (const [n, tag] of tags.entries()) {
      await pushImage(`${workspace}/app`, tag);
      await age(`${workspace}/app`, tag, 50 - n);
    }
    await pushImage(`${workspace}/other`, 'v1');
  });

  test('lists the versions that would be deleted and why, and counts those kept', async () => {
    const rules = { keepLast: 1, keepDays: 49, keepTags: ['*2'] };
    const { items, next, total } = expectAnswer(await ask('POST', '/preview', rules), 200);
    expect(items).toMatchObject([
      {
        image: 'app',
        tag: 'v1',
        size: 96,
        lastPulledAt: null,
        reasons: ['not-among-last', 'not-recent', 'no-pattern'],
      },
    ]);
    expect(next).toBe(null);
    expect(total).toEqual({
      versions: 6,
      gone: 1,
      goneSize: 96,
      accessories: 0,
      kept: { last: 2, recent: 2, pattern: 1, immutable: 0 },
      complete: true,
    });
  });

  test('keeps what was used at the end of an hour for its days from then on', async () => {
    const hour = 60 * 60_000;
    const dayAgo = Date.now() - 24 * hour;
    // The hour in which the day began: a use at its end is less than a day ago.
    for (const [tag, used] of [
      ['v1', Math.floor(dayAgo / hour) * hour],
      ['v2', Math.floor(dayAgo / hour) * hour - hour],
    ] as const) {
      await query(
        `UPDATE manifests SET last_used_at = ? WHERE digest = ?`,
        used,
        await tagDigest(`${workspace}/app`, tag),
      );
    }
    const { items } = expectAnswer(await ask('POST', '/preview', { keepDays: 1 }), 200);
    const gone = (items as { tag: string }[]).map(({ tag }) => tag);
    expect([gone.includes('v1'), gone.includes('v2')]).toEqual([false, true]);
  });

  test('is paged, with the total on the first page', async () => {
    const rules = { keepLast: 1 };
    const found = [];
    let cursor = '';
    for (let page = 0; ; page++) {
      const answer = await ask('POST', `/preview?limit=1${cursor}`, rules);
      const { items, next, total } = expectAnswer(answer, 200) as {
        items: { tag: string }[];
        next: string | null;
        total: { gone: number } | null;
      };
      expect(total?.gone).toBe(page === 0 ? 4 : undefined);
      found.push(...items.map(({ tag }) => tag));
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(found).toEqual(['v1', 'v2', 'v3', 'v4']);
    const refused = await ask('POST', '/preview?cursor=nonsense', rules);
    expectProblem(refused, 400, 'field-invalid');
  });

  test('is empty for rules that only make tags immutable', async () => {
    const answer = await ask('POST', '/preview', { immutableTags: ['v*'] });
    expect(expectAnswer(answer, 200)).toMatchObject({ items: [], total: { gone: 0 } });
  });
});

describe('a backtest', () => {
  test('counts the versions that would have been deleted, and lists those pulled afterwards', async () => {
    const repository = `${workspace}/tested`;
    for (const [tag, days] of [
      ['old', 80],
      ['used', 60],
      ['new', 3],
    ] as const) {
      await pushImage(repository, tag);
      await age(repository, tag, days);
    }
    const today = Math.floor(Date.now() / DAY);
    const id = await imageId(repository);
    for (const [reference, days, pulls] of [
      ['used', 55, 1],
      ['used', 20, 4],
      ['used', 10, 2],
    ] as const) {
      await query(
        'INSERT INTO pulls_by_day VALUES (?, ?, ?, ?)',
        id,
        today - days,
        reference,
        pulls,
      );
    }
    const answer = await ask('POST', '/backtest', { keepDays: 30, keepTags: ['v*', 'latest'] });
    const date = (days: number) => new Date((today - days) * DAY).toISOString().slice(0, 10);
    expect(expectAnswer(answer, 200)).toMatchObject({
      days: 90,
      images: 3,
      deletedVersions: 2,
      pulledAfterwards: 1,
      samples: [
        { image: 'tested', tag: 'used', pulls: 6, deletedOn: date(24), lastPulledOn: date(10) },
      ],
      skipped: [],
      complete: true,
      next: null,
    });
    const short = await ask('POST', '/backtest', { keepDays: 30, days: 7 });
    expect(expectAnswer(short, 200)).toMatchObject({ days: 7, pulledAfterwards: 0 });
  });

  test('counts a repeated push of the same content as a push', async () => {
    const repository = `${workspace}/again`;
    await pushImage(repository, 'daily');
    await age(repository, 'daily', 80);
    const id = await imageId(repository);
    await query('UPDATE tags SET updated_at = ? WHERE image_id = ?', Date.now() - 2 * DAY, id);
    const body = { keepDays: 30, days: 20, keepTags: ['v*', 'old', 'used', 'new', 'latest'] };
    expect(expectAnswer(await ask('POST', '/backtest', body), 200)).toMatchObject({
      deletedVersions: 1,
      pulledAfterwards: 0,
    });
  });

  test('follows a version into the trash and back', async () => {
    const repository = `${workspace}/back`;
    const { digest } = await pushImage(repository, 'gone');
    const id = await imageId(repository);
    const at = (days: number) => Date.now() - days * DAY;
    await query('DELETE FROM tag_history WHERE image_id = ?', id);
    for (const [number, days, manifest] of [
      [1, 80, digest],
      [2, 75, null],
      [3, 80, digest],
    ] as const) {
      await query(
        `INSERT INTO tag_history (image_id, tag, id, manifest_digest, changed_at, changed_by)
          VALUES (?, 'gone', ?, ?, ?, 'x')`,
        ...[id, number, manifest, at(days)],
      );
    }
    await query('UPDATE tags SET updated_at = ? WHERE image_id = ?', at(80), id);
    const others = ['v*', 'old', 'used', 'new', 'latest', 'daily'];
    for (const [keepDays, deletedVersions] of [
      [3, 2],
      [30, 1],
    ]) {
      const answer = await ask('POST', '/backtest', { keepDays, keepTags: others });
      expect(expectAnswer(answer, 200)).toMatchObject({ deletedVersions });
    }
  });

  test('of 50,000 tags and 300 images is bounded, continues by cursor, and lists what it skipped', async () => {
    const big = await makeWorkspace(cast.project);
    const numbers = (count: number) =>
      `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ${count - 1})`;
    await query(
      `${numbers(300)} INSERT INTO images (workspace_id, project_id, name, created_at, updated_at, published_at)
        SELECT id, project_id, printf('i%03d', n), 0, 0, 1 FROM workspaces, n WHERE name = ?`,
      big,
    );
    const ids = `SELECT i.id, i.workspace_id FROM images AS i
      JOIN workspaces AS w ON w.id = i.workspace_id WHERE w.name = ?`;
    await query(
      `INSERT INTO manifests
          (image_id, workspace_id, digest, media_type, size, content_size, content, pushed_at, pushed_by)
        SELECT id, workspace_id, 'sha256:m', 'x', 1, 1, '{}', 0, 'x' FROM (${ids})`,
      big,
    );
    for (const [image, count] of [
      ['i000', 30_000],
      ['i100', 70_000],
      ['i200', 20_000],
    ] as const) {
      await query(
        `${numbers(count)} INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
          SELECT i.id, printf('t%05d', n), m.id, 0, n, 'x'
            FROM n, (${ids} AND i.name = ?) AS i JOIN manifests AS m ON m.image_id = i.id`,
        ...[big, image],
      );
    }
    const totals = { deleted: 0, images: 0 };
    const skipped = [];
    let cursor = '';
    for (let calls = 1; ; calls++) {
      const address = `/workspaces/${big}/retention/backtest${cursor}`;
      const [answer, rows] = await countRowsRead(() =>
        call<{ next: string; deletedVersions: number; images: number; skipped: string[] }>(
          cast.callers.owner,
          'POST',
          address,
          { keepLast: 10 },
        ),
      );
      const found = expectAnswer(answer, 200);
      expect(rows).toBeLessThan(1_500_000);
      totals.deleted += found.deletedVersions;
      totals.images += found.images;
      skipped.push(...found.skipped);
      if (found.next === null) {
        expect(calls).toBeGreaterThan(1);
        break;
      }
      cursor = `?cursor=${found.next}`;
    }
    expect(totals).toEqual({ deleted: 30_000 - 10 + 20_000 - 10, images: 299 });
    expect(skipped).toEqual(['i100']);
  }, 120_000);
});
