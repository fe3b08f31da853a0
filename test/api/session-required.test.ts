/** Deleting for good and changing access: by a person who is signed in to the console. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  type Caller,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  makeAdmin,
  makeAdminUser,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makeWorkspace, tokenAuthorization } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { type Cast, makeCast } from './support/cast.ts';

let cast: Cast;
let workspace: string;
let trashId: string;
/** A developer's other ways to sign in: with the password, and with a token of every right. */
let others: Record<'password' | 'token', Caller>;

beforeEach(async () => {
  cast = await makeCast();
  workspace = await makeWorkspace(cast.project);
  await pushImage(`${workspace}/app`, 'v1');
  const path = `/workspaces/${workspace}/images/app`;
  const gone = await call<{ trashId: string }>(cast.callers.developer, 'DELETE', path);
  trashId = expectAnswer(gone, 200).trashId;
  const { developer } = cast.users;
  others = {
    password: callerOf(developer.authorization),
    token: callerOf(await tokenAuthorization(developer, ['read', 'write', 'delete'])),
  };
});

type Act = (caller: Caller) => Promise<Answer>;

/** What a developer does in the console only, with the status of success. */
const ACTS: readonly (readonly [string, number, Act])[] = [
  ['makes a workspace public', 200, (who) => change(who, { access: 'public' })],
  ['makes a workspace private', 200, (who) => change(who, { access: 'private' })],
  ['sets how long untagged content is kept', 200, (who) => change(who, { untaggedDays: 1 })],
  ['purges what is in the trash', 204, (who) => call(who, 'DELETE', `/trash/${trashId}`)],
  ['empties the trash', 202, (who) => collect(who, true)],
];

const change = (who: Caller, body: object) => call(who, 'PATCH', `/workspaces/${workspace}`, body);
const collect = (who: Caller, emptyTrash: boolean) =>
  call(who, 'POST', `/workspaces/${workspace}/collections`, { emptyTrash });

async function state(): Promise<unknown> {
  return [
    await query('SELECT access, untagged_days FROM workspaces WHERE name = ?', workspace),
    await query('SELECT count(*) AS n FROM trash WHERE purged_at IS NOT NULL'),
    await query('SELECT count(*) AS n FROM collection_runs WHERE empty_trash'),
  ];
}

describe.each(ACTS)('a developer who %s', (_, status, act) => {
  test.each(['password', 'token'] as const)('by %s is told to sign in', async (kind) => {
    const before = await state();
    const { title } = expectProblem(await act(others[kind]), 403, 'session-required');
    expect(title).toContain('signed in to the console');
    expect(await state()).toEqual(before);
  });

  test('in a session may, unless the project reserves it to its owners', async () => {
    await reserve(true);
    const before = await state();
    expectProblem(await act(cast.callers.developer), 403, 'denied');
    expectProblem(await act(others.password), 403, 'denied');
    expect(await state()).toEqual(before);
    await reserve(false);
    expectAnswer(await act(cast.callers.developer), status);
  });

  test('an owner and an admin still do where it is reserved', async () => {
    await reserve(true);
    const caller = status === 204 ? cast.callers.owner : await makeAdmin();
    expectAnswer(await act(caller), status);
  });
});

async function reserve(ownersOnly: boolean): Promise<void> {
  const path = `/projects/${cast.project}`;
  expectAnswer(await call(cast.callers.owner, 'PATCH', path, { ownersOnly }), 200);
}

test('a public workspace is created in a session only; a private one by password, too', async () => {
  const path = `/projects/${cast.project}/workspaces`;
  const make = (who: Caller, access: string) =>
    call(who, 'POST', path, { name: unique('made'), access });
  expectProblem(await make(others.password, 'public'), 403, 'session-required');
  expectAnswer(await make(others.password, 'private'), 201);
  expectAnswer(await make(cast.callers.developer, 'public'), 201);
  await reserve(true);
  expectProblem(await make(cast.callers.developer, 'public'), 403, 'denied');
  expectAnswer(await make(cast.callers.developer, 'private'), 201);
});

test('a developer collects garbage by any sign-in, and keeps the trash', async () => {
  for (const who of [others.password, others.token, cast.callers.developer]) {
    expectAnswer(await collect(who, false), 202);
  }
  const list = await call<{ items: { id: string }[] }>(cast.callers.developer, 'GET', '/trash');
  expect(expectAnswer(list, 200).items.map(({ id }) => id)).toContain(trashId);
});

test('the console is told what the user may do', async () => {
  const look = async (who: Caller) => {
    const space = await call<{ allowed: string[] }>(who, 'GET', `/workspaces/${workspace}`);
    const trash = await call<{ items: { purgeable: boolean }[] }>(who, 'GET', '/trash');
    const { allowed } = expectAnswer(space, 200);
    return [allowed.includes('workspace:publish'), trash.body.items[0]?.purgeable];
  };
  expect(await look(cast.callers.developer)).toEqual([true, true]);
  expect(await look(others.password)).toEqual([false, false]);
  await reserve(true);
  expect(await look(cast.callers.developer)).toEqual([false, false]);
  expect(await look(cast.callers.owner)).toEqual([true, true]);
});

test('what protects a project is changed by its owners, in a session', async () => {
  const path = `/projects/${cast.project}`;
  const owner = callerOf(cast.users.owner.authorization);
  for (const body of [{ ownersOnly: true }, { robotDeletes: true }]) {
    expectProblem(await call(owner, 'PATCH', path, body), 403, 'session-required');
    expectProblem(await call(cast.callers.developer, 'PATCH', path, body), 403, 'denied');
  }
  expectAnswer(await call(owner, 'PATCH', path, { name: unique('renamed') }), 200);
  const both = { ownersOnly: true, robotDeletes: true };
  const changed = expectAnswer(await call(cast.callers.owner, 'PATCH', path, both), 200);
  expect(changed).toMatchObject(both);
  expect(expectAnswer(await call(cast.callers.viewer, 'GET', path), 200)).toEqual(changed);
});

describe('a cloud admin with the password', () => {
  let admin: Caller;

  beforeEach(async () => {
    admin = callerOf((await makeAdminUser()).authorization);
  });

  test.each<[string, string, object?]>([
    ['DELETE', '/departments/1'],
    ['DELETE', '/projects/1'],
    ['DELETE', '/users/1'],
    ['POST', '/collections', { emptyTrash: true }],
    ['PATCH', '/settings', { anonymousPull: true }],
    ['PATCH', '/settings', { trashDays: 0 }],
  ])('%s %s takes a session', async (method, path, body) => {
    expectProblem(await call(admin, method, path, body), 403, 'session-required');
  });

  test('changes other settings, and collects without emptying the trash', async () => {
    const change = { uploadLimitBytes: 2 ** 31 };
    expectAnswer(await call(admin, 'PATCH', '/settings', change), 200);
    expectAnswer(await call(admin, 'POST', '/collections', { emptyTrash: false }), 202);
  });
});
