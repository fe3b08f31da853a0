import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { NO_RULES, type RetentionRules } from '../../../src/domain/retention.ts';
import { applyRetention } from '../../../src/maintenance/retention/apply.ts';
import {
  previewRetention,
  type RetentionPreviewPage,
} from '../../../src/maintenance/retention/preview.ts';
import { judgeStep } from '../../../src/maintenance/retention/walk.ts';
import { openServices } from '../../../src/services.ts';
import { moveUnkeptToTrash } from '../../../src/storage/retention/retention.ts';
import { bindings, query } from '../../support/worker/database.ts';
import { trashWorkspace } from '../../support/worker/people.ts';
import { countRowsRead } from '../../support/worker/rows-read.ts';
import {
  DAY,
  fullName,
  type MadeVersion,
  makeVersions,
  setRules,
  versionsOf,
} from './support/rules.ts';

const services = openServices(bindings);
const NOW = 20_000 * DAY;

beforeEach(async () => {
  await query('UPDATE workspaces SET retention = NULL');
  await query('DELETE FROM sweep_cursors');
});

const version = (tag: string, age: number, more: Partial<MadeVersion> = {}): MadeVersion => ({
  image: 'app',
  tag,
  pushedAt: NOW - age * DAY,
  pulledAt: null,
  usedAt: null,
  ...more,
});

async function previewAll(workspace: number, rules: RetentionRules, limit: number) {
  const pages: RetentionPreviewPage[] = [];
  for (let after: RetentionPreviewPage['next'] = null; ; ) {
    const page = await previewRetention(services.db, workspace, rules, { after, limit }, NOW);
    pages.push(page);
    after = page.next;
    if (after !== null) continue;
    const versions = pages.flatMap((one) => one.versions);
    const attached = versions.flatMap(({ image, accessories }) =>
      accessories.map(({ tag }) => fullName({ image, tag })),
    );
    return { pages, attached, names: versions.map(fullName) };
  }
}

/** Slices until the sweep is back at its start. */
async function applyAll(maxSteps?: number): Promise<void> {
  for (let slice = 0; slice < 100; slice++) {
    await applyRetention(services, NOW, maxSteps);
    const [row] = await query<{ cursor: string }>('SELECT cursor FROM sweep_cursors');
    if (JSON.parse(row?.cursor ?? '{}').workspace === 0) return;
  }
  throw new Error('the sweep has no end');
}

const patterns = fc.array(fc.constantFrom('v*', '*-rc?', 'latest', 't?'), { maxLength: 2 });
const rulesOf: fc.Arbitrary<RetentionRules> = fc.record({
  keepLast: fc.option(fc.integer({ min: 1, max: 5 })),
  keepDays: fc.option(fc.integer({ min: 1, max: 40 })),
  keepTags: patterns,
  immutableTags: patterns,
});
const time = fc.integer({ min: 0, max: 80 }).map((days) => NOW - days * DAY);
const versionsArbitrary: fc.Arbitrary<MadeVersion[]> = fc.uniqueArray(
  fc.record({
    image: fc.constantFrom('a', 'a/b', 'b', 'c'),
    tag: fc.constantFrom('latest', 'v1', 'v2', '1-rc1', 't1', 't10', 'x1', 'x2', 'x3', 'x4'),
    pushedAt: time,
    pulledAt: fc.option(time),
    usedAt: fc.option(time),
  }),
  { selector: fullName, maxLength: 30 },
);
/** Accessories of those versions, of each other and of nothing that is there. */
const accessoriesArbitrary: fc.Arbitrary<MadeVersion[]> = fc.uniqueArray(
  fc.record({
    image: fc.constantFrom('a', 'a/b', 'b', 'c'),
    tag: fc.constantFrom('s1', 's2', 's3', 's4', 's5'),
    pushedAt: time,
    pulledAt: fc.option(time),
    usedAt: fc.option(time),
    attachedTo: fc.constantFrom('latest', 'v1', 'v2', 'x1', 'x2', 's1', null),
  }),
  { selector: fullName, maxLength: 10 },
);
const isLoop = ({ tag, attachedTo }: MadeVersion) => tag === 's1' && attachedTo === 's1';

test('the preview names exactly what the application then moves to the trash', async () => {
  await fc.assert(
    fc.asyncProperty(
      rulesOf,
      versionsArbitrary,
      accessoriesArbitrary,
      async (rules, made, attached) => {
        const versions = [...made, ...attached.filter((one) => !isLoop(one))];
        const { id } = await makeVersions(versions);
        const found = await previewAll(id, rules, 3);
        const names = [...found.names, ...found.attached];
        const total = found.pages[0]?.total;
        const isAccessory = (name: string) => /:s\d$/.test(name);
        const count = names.filter((name) => !isAccessory(name)).length;
        expect(total).toMatchObject({ gone: count, goneSize: 10 * count, complete: true });
        expect(total?.accessories).toBe(names.length - count);
        await setRules(id, rules);
        await applyAll(1);
        expect(await versionsOf(id, 'trashed_tags')).toEqual([...names].sort());
        const gone = new Set(names);
        const kept = versions.map(fullName).filter((name) => !gone.has(name));
        expect(await versionsOf(id)).toEqual(kept.sort());
        await setRules(id, null);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

describe('the application', () => {
  const rules = { ...NO_RULES, keepLast: 1 };

  test('names who deleted, and the versions can be restored', async () => {
    const { id } = await makeVersions([version('new', 1), version('old', 9)]);
    await setRules(id, rules);
    expect(await applyRetention(services, NOW)).toBe(1);
    const rows = await query(
      `SELECT name, deleted_at, deleted_by FROM trashed_tags WHERE image_id IN (
        SELECT id FROM images WHERE workspace_id = ?)`,
      id,
    );
    expect(rows).toEqual([{ name: 'old', deleted_at: NOW, deleted_by: 'retention rules' }]);
  });

  test('leaves workspaces without rules, with rules that only keep, and in the trash', async () => {
    const places = [];
    for (let n = 0; n < 3; n++) {
      places.push(await makeVersions([version('new', 1), version('old', 9)]));
    }
    const [none, keeping, trashed] = places;
    await setRules(keeping?.id ?? 0, { ...NO_RULES, keepTags: ['v*'], immutableTags: ['v*'] });
    await setRules(trashed?.id ?? 0, rules);
    await trashWorkspace(trashed?.name ?? '');
    expect(await applyRetention(services, NOW)).toBe(0);
    expect(await versionsOf(none?.id ?? 0)).toEqual(['app:new', 'app:old']);
  });

  test('reaches every workspace, in slices that continue where the last one ended', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 5; n++) {
      const { id } = await makeVersions([version('new', 1), version('old', 9)]);
      await setRules(id, rules);
      ids.push(id);
    }
    const left = async () => {
      const all = await Promise.all(ids.map((id) => versionsOf(id)));
      return all.filter(({ length }) => length === 2).length;
    };
    const seen = [];
    for (let slice = 0; slice < 5; slice++) {
      await applyRetention(services, NOW, 1);
      seen.push(await left());
    }
    expect(seen).toEqual([4, 3, 2, 1, 0]);
  });

  test('repeats a step that was killed before its progress was saved', async () => {
    const { id } = await makeVersions([version('new', 1), version('old', 9)]);
    await setRules(id, rules);
    await applyRetention(services, NOW, 1);
    await query('DELETE FROM sweep_cursors');
    expect(await applyRetention(services, NOW)).toBe(0);
    expect(await versionsOf(id)).toEqual(['app:new']);
  });
});

describe('what is attached to a version', () => {
  const signature = (tag: string, age: number, attachedTo: string | null) =>
    version(tag, age, { attachedTo });
  const trashed = async (rules: RetentionRules, ...versions: MadeVersion[]) => {
    const { id } = await makeVersions(versions);
    await setRules(id, rules);
    await applyAll();
    return await versionsOf(id, 'trashed_tags');
  };

  test('is never one of the last that are kept, and goes with its version alone', async () => {
    const all = [
      ...[version('v1', 9), version('v2', 8), version('v3', 7)],
      ...[signature('s1', 6, 'v1'), signature('s2', 5, 'v2'), signature('s3', 4, 'v3')],
      ...[signature('s4', 3, null), signature('s5', 2, 's1')],
    ];
    const gone = await trashed({ ...NO_RULES, keepLast: 2 }, ...all);
    expect(gone).toEqual(['app:s1', 'app:s5', 'app:v1']);
  });

  test('goes by its age where nothing is there that it is attached to', async () => {
    const all = [version('v1', 1), signature('s1', 9, null), signature('s2', 2, null)];
    expect(await trashed({ ...NO_RULES, keepDays: 5 }, ...all)).toEqual(['app:s1']);
    const alone = [signature('s1', 9, null), signature('s2', 2, null)];
    expect(await trashed({ ...NO_RULES, keepDays: 5, keepLast: 1 }, ...alone)).toEqual(['app:s1']);
    expect(await trashed({ ...NO_RULES, keepLast: 1 }, ...all)).toEqual([]);
    const named = { ...NO_RULES, keepDays: 5, keepTags: ['s?'] };
    expect(await trashed(named, ...all)).toEqual([]);
  });
});

describe('a version that was to be deleted stays if meanwhile', () => {
  const rules = { ...NO_RULES, keepLast: 1, keepDays: 5 };

  async function trashAfter(change: (workspace: number) => Promise<unknown>): Promise<string[]> {
    const { id } = await makeVersions([version('new', 8), version('old', 9)]);
    await setRules(id, rules);
    const { versions, lastKept } = await judgeStep(services.db, id, rules, null, NOW);
    const gone = versions.filter(({ keptFor }) => keptFor === null);
    expect(gone.map(({ tag }) => tag)).toEqual(['old']);
    await change(id);
    const workspace = { id, retention: JSON.stringify(rules) };
    const unkept = { workspace, versions: gone, keepLast: 1, lastKept };
    await moveUnkeptToTrash(services.db, unkept, 'test', NOW);
    return (await versionsOf(id, 'trashed_tags')).filter((name) => name === 'app:old');
  }

  const inWorkspace = '(SELECT id FROM images WHERE workspace_id = ?)';

  test('nothing happens, it is moved to the trash', async () => {
    expect(await trashAfter(async () => {})).toEqual(['app:old']);
  });

  test.each([
    [
      'it is pushed again',
      `UPDATE tags SET updated_at = ${NOW} WHERE name = 'old' AND image_id IN`,
    ],
    ['its content is used', `UPDATE manifests SET last_used_at = ${NOW} WHERE image_id IN`],
    ['its content is pulled', `UPDATE manifests SET last_pulled_at = ${NOW} WHERE image_id IN`],
    ['the later ones are deleted', `DELETE FROM tags WHERE name = 'new' AND image_id IN`],
    ['the image goes to the trash', `UPDATE images SET deleted_at = 1 WHERE id IN`],
  ])('%s', async (_, sql) => {
    expect(await trashAfter((id) => query(`${sql} ${inWorkspace}`, id))).toEqual([]);
  });

  test('the rules change', async () => {
    expect(await trashAfter((id) => setRules(id, { ...rules, keepLast: 2 }))).toEqual([]);
  });
});

describe('of 50,000 versions', () => {
  const TAGS = 50_000;
  const rules = { ...NO_RULES, keepLast: 100, keepTags: ['*7'] };
  let id: number;

  beforeEach(async () => {
    ({ id } = await makeVersions([version('old', 500), version('z', 500, { image: 'behind' })]));
    await query(
      `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${TAGS - 1})
        INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
          SELECT i.id, printf('t%05d', n), t.manifest_id, 0, t.updated_at + n * 7919 % ${TAGS}, 'x'
            FROM n, images AS i JOIN tags AS t ON t.image_id = i.id
            WHERE i.workspace_id = ? AND i.name = 'app'`,
      id,
    );
  }, 120_000);

  test('a preview sees all in bounded work, and a slice after the other does the same', async () => {
    const page = { after: null, limit: 50 };
    const [found, rows] = await countRowsRead(() =>
      previewRetention(services.db, id, rules, page, NOW),
    );
    expect(found.total).toMatchObject({ versions: TAGS + 1, complete: true });
    expect(found.total?.kept).toMatchObject({ last: 101 });
    expect(rows).toBeLessThan(6 * TAGS);
    await setRules(id, rules);
    const [gone, rowsOfSlice] = await countRowsRead(() => applyRetention(services, NOW, 10));
    expect(gone).toBeGreaterThan(8000);
    // Two of them for each version are the look for triggers that wait for its deletion.
    expect(rowsOfSlice).toBeLessThan(10 * 42_000);
    await applyAll();
    expect(await versionsOf(id, 'trashed_tags')).toHaveLength(found.total?.gone ?? 0);
    expect(await versionsOf(id)).toHaveLength(TAGS + 1 - (found.total?.gone ?? 0));
  }, 240_000);
});
