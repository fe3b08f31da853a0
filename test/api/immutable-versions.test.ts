/** What a rule makes immutable stays whatever is deleted around it, until an owner lifts the rule. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  makeAdmin,
} from '../support/worker/api-client.ts';
import { collect, DAY } from '../support/worker/collect.ts';
import { query } from '../support/worker/database.ts';
import { makeWorkspace, trashImage, trashWorkspace } from '../support/worker/people.ts';
import { pushImage, putManifest, tagDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';
import { type Cast, makeCast } from './support/cast.ts';

let cast: Cast;
let workspace: string;
let digest: string;
let id: number;

beforeEach(async () => {
  cast = await makeCast();
  workspace = await makeWorkspace(cast.project);
  digest = (await pushImage(`${workspace}/app`, 'v1.0')).digest;
  await pushImage(`${workspace}/app`, 'dev');
  [{ id }] = (await query('SELECT id FROM workspaces WHERE name = ?', workspace)) as [
    { id: number },
  ];
});

const setRules = async (rules: object, who: Caller = cast.callers.owner) =>
  await call(who, 'PUT', `/workspaces/${workspace}/retention`, rules);
const protect = async () => expectAnswer(await setRules({ immutableTags: ['v*', 'stable'] }), 200);
const idOfImage = async (name: string) => {
  const sql = 'SELECT id FROM images WHERE workspace_id = ? AND name = ?';
  return Number((await query(sql, id, name))[0]?.id);
};
const trashIdOf = async (kind: string) => {
  const sql = 'SELECT id FROM trash WHERE workspace_id = ? AND kind = ?';
  return `${kind}-${(await query(sql, id, kind))[0]?.id}`;
};

describe('a workspace with an immutable version', () => {
  test.each(['developer', 'owner', 'admin'] as const)('is not deleted by a %s', async (part) => {
    await protect();
    const refused = await call(cast.callers[part], 'DELETE', `/workspaces/${workspace}`);
    const problem = expectProblem(refused, 403, 'tag-immutable');
    expect(problem.title).toContain('(app:v1.0)');
    expect(problem.detail).toEqual({ versions: ['app:v1.0'] });
    expect(await tagDigest(`${workspace}/app`, 'v1.0')).toBe(digest);
  });

  test('names a few of many', async () => {
    for (let n = 0; n < 7; n++) await pushImage(`${workspace}/app${n}`, 'stable');
    await protect();
    const refused = await call(cast.callers.owner, 'DELETE', `/workspaces/${workspace}`);
    const { title, detail } = expectProblem(refused, 403, 'tag-immutable');
    expect((detail as { versions: string[] }).versions).toHaveLength(5);
    expect(title).toMatch(/, others\)/);
  });

  test('is deleted, purged and made again once an owner has lifted the rule', async () => {
    await protect();
    expectProblem(await setRules({}, cast.callers.developer), 403, 'denied');
    const password = { authorization: cast.users.owner.authorization };
    expectProblem(await setRules({}, password), 403, 'session-required');
    expectAnswer(await setRules({}), 200);
    const path = `/workspaces/${workspace}`;
    const gone = await call<{ trashId: string }>(cast.callers.developer, 'DELETE', path);
    const { trashId } = expectAnswer(gone, 200);
    expectAnswer(await call(cast.callers.developer, 'DELETE', `/trash/${trashId}`), 204);
    const body = { name: workspace, access: 'private' };
    const made = `/projects/${cast.project}/workspaces`;
    expectAnswer(await call(cast.callers.developer, 'POST', made, body), 201);
  });

  test('keeps its project and its department', async () => {
    await protect();
    const admin = await makeAdmin();
    expectProblem(await call(admin, 'DELETE', `/projects/${cast.project}`), 409, 'not-empty');
    expectProblem(await call(admin, 'DELETE', '/departments/1'), 409, 'not-empty');
  });

  test('is deleted where no version matches the rule', async () => {
    expectAnswer(await setRules({ immutableTags: ['release-*', 'v1.?.?', 'de'] }), 200);
    expectAnswer(await call(cast.callers.developer, 'DELETE', `/workspaces/${workspace}`), 200);
  });
});

describe('the errors of what stays name its versions:', () => {
  beforeEach(protect);

  test('an image', async () => {
    const path = `/workspaces/${workspace}/images/app`;
    const refused = await call(cast.callers.owner, 'DELETE', path);
    expect(expectProblem(refused, 403, 'tag-immutable').title).toContain('(app:v1.0)');
  });

  test('a manifest', async () => {
    const path = `/v2/${workspace}/app/manifests/${digest}`;
    const [fault] = await expectFault(await send(ADMIN, 'DELETE', path), 403, 'DENIED');
    expect(fault?.message).toContain('(v1.0)');
  });
});

describe('an immutable version that is in the trash, since it was deleted before the rule,', () => {
  const purge = async (kind: string) =>
    await call(cast.callers.owner, 'DELETE', `/trash/${await trashIdOf(kind)}`);

  test('with its image is not purged, until the rule is lifted', async () => {
    await trashImage(await idOfImage('app'));
    await protect();
    const refused = expectProblem(await purge('image'), 403, 'tag-immutable');
    expect(refused.title).toContain('the image has immutable versions (app:v1.0)');
    expectAnswer(await setRules({}), 200);
    expectAnswer(await purge('image'), 204);
  });

  test('with its workspace is not purged, and comes back whole', async () => {
    await protect();
    // As the version before this rule was kept could leave it.
    await query("UPDATE workspaces SET retention = NULL, access = 'private' WHERE id = ?", id);
    await trashWorkspace(workspace);
    const rules = JSON.stringify({ immutableTags: ['v*'] });
    await query('UPDATE workspaces SET retention = ? WHERE id = ?', rules, id);
    expectProblem(await purge('workspace'), 403, 'tag-immutable');
    await collect({ emptyTrash: true });
    await collect({ now: Date.now() + 400 * DAY });
    const path = `/trash/${await trashIdOf('workspace')}/restoration`;
    expectAnswer(await call(cast.callers.owner, 'POST', path, {}), 200);
    expect(await tagDigest(`${workspace}/app`, 'v1.0')).toBe(digest);
  });

  test('survives an emptied trash, and goes with it once the rule is lifted', async () => {
    await trashImage(await idOfImage('app'));
    await protect();
    const run = await collect({ workspace, emptyTrash: true });
    expect(run.report.errors).toEqual([]);
    expect(run.report.kept).toContainEqual(
      expect.objectContaining({ reason: 'in-trash', count: 1 }),
    );
    expect(await query('SELECT 1 FROM tags WHERE name = ?', 'v1.0')).not.toEqual([]);
    expectAnswer(await setRules({}), 200);
    await collect({ workspace, emptyTrash: true });
    expect(await query('SELECT 1 FROM images WHERE workspace_id = ?', id)).toEqual([]);
  });
});

describe('the database itself refuses', () => {
  beforeEach(protect);

  test.each([
    ['to delete its workspace', 'UPDATE workspaces SET deleted_at = 1 WHERE id = ?1'],
    ['to rename its workspace', "UPDATE workspaces SET name = 'other' WHERE id = ?1"],
    ['to delete its image', 'UPDATE images SET deleted_at = 1 WHERE workspace_id = ?1'],
    ['to rename its image', "UPDATE images SET name = 'other' WHERE workspace_id = ?1"],
    [
      'to delete its tag',
      'DELETE FROM tags WHERE image_id IN (SELECT id FROM images WHERE workspace_id = ?1)',
    ],
  ])('%s', async (_, sql) => {
    await expect(query(sql, id)).rejects.toThrow('orlop:tag_immutable');
  });

  test('to delete its tag while its image or its workspace is in the trash', async () => {
    const tags =
      'DELETE FROM tags WHERE image_id IN (SELECT id FROM images WHERE workspace_id = ?1)';
    const rules = JSON.stringify({ immutableTags: ['v*'] });
    const lift = () => query('UPDATE workspaces SET retention = NULL WHERE id = ?', id);
    const set = () => query('UPDATE workspaces SET retention = ? WHERE id = ?', rules, id);
    await lift();
    await trashImage(await idOfImage('app'));
    await set();
    await expect(query(tags, id)).rejects.toThrow('orlop:tag_immutable');
    const purge = 'UPDATE trash SET purged_at = 1 WHERE workspace_id = ?';
    await expect(query(purge, id)).rejects.toThrow('orlop:tag_immutable');
    await lift();
    await trashWorkspace(workspace);
    await set();
    await expect(query(tags, id)).rejects.toThrow('orlop:tag_immutable');
    await expect(query(purge, id)).rejects.toThrow('orlop:tag_immutable');
  });
});

test('a version that was deleted before the rule never replaces the one pushed since', async () => {
  const path = `/v2/${workspace}/app/manifests/v1.0`;
  await expectStatus(await send(ADMIN, 'DELETE', path), 202);
  const trashId = await trashIdOf('version');
  const { digest: now, text } = await pushImage(`${workspace}/app`, 'v1.0');
  await protect();
  const restoration = `/trash/${trashId}/restoration`;
  expectProblem(await call(cast.callers.owner, 'POST', restoration, {}), 409, 'name-taken');
  await expectStatus(await putManifest(`${workspace}/app`, 'v1.0', text), 201);
  expect(await tagDigest(`${workspace}/app`, 'v1.0')).toBe(now);
});
