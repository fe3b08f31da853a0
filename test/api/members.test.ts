import { beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../src/domain/roles.ts';
import {
  ADMIN_CALLER,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace, type User } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { send } from '../support/worker/registry-client.ts';
import { type Cast, makeCast, setRole } from './support/cast.ts';

interface Member {
  readonly user: { readonly id: number; readonly name: string };
  readonly role: Role;
  readonly since: string;
}

let cast: Cast;

beforeAll(async () => {
  cast = await makeCast();
});

const membersOf = (project: number) => `/projects/${project}/members`;
const memberOf = (project: number, user: User) => `${membersOf(project)}/${user.id}`;

/** A project with the given number of owners. */
async function makeOwned(owners: number): Promise<{ project: number; users: User[] }> {
  const project = await makeProject();
  const users: User[] = [];
  for (let i = 0; i < owners; i++) users.push(await makeUser({ [project]: 'owner' }));
  return { project, users };
}

async function rolesIn(project: number): Promise<Record<string, Role>> {
  const found = await readAll<Member>(ADMIN_CALLER, membersOf(project));
  return Object.fromEntries(found.map(({ user, role }) => [user.name, role]));
}

describe('who', () => {
  /** Statuses of: list, add, change, remove. */
  test.each([
    ['nobody', [401, 401, 401, 401]],
    ['outsider', [404, 404, 404, 404]],
    ['viewer', [200, 403, 403, 403]],
    ['developer', [200, 403, 403, 403]],
    ['owner', [200, 201, 200, 204]],
    ['admin', [200, 201, 200, 204]],
  ] as const)('%s: %j', async (part, statuses) => {
    const caller = cast.callers[part];
    const user = await makeUser();
    const all = membersOf(cast.project);
    const one = memberOf(cast.project, user);
    const listed = await call(caller, 'GET', all);
    const added = await call(caller, 'POST', all, { user: user.name, role: 'viewer' });
    await setRole(cast.project, user, 'viewer');
    const changed = await call(caller, 'PUT', one, { role: 'developer' });
    const removed = await call(caller, 'DELETE', one);
    const found = [listed, added, changed, removed].map(({ status }) => status);
    expect(found).toEqual(statuses);
  });

  test('an owner of another project has no rights here', async () => {
    const { project } = await makeOwned(1);
    const body = { user: cast.users.outsider.name, role: 'owner' };
    const caller = cast.callers.owner;
    expectProblem(await call(caller, 'POST', membersOf(project), body), 404, 'not-found');
    expectProblem(await call(caller, 'GET', membersOf(project)), 404, 'not-found');
  });
});

describe('adding and changing', () => {
  test('a user is added by name, is listed, and may do what the role allows', async () => {
    const user = await makeUser();
    const repository = `${await makeWorkspace(cast.project)}/app`;
    await pushImage(repository, 'v1');
    const manifest = `/v2/${repository}/manifests/v1`;
    expect((await send(user.authorization, 'GET', manifest)).status).toBe(403);
    const body = { user: user.name, role: 'viewer' };
    const answer = await call<Member>(cast.callers.owner, 'POST', membersOf(cast.project), body);
    const added = expectAnswer(answer, 201);
    const { id, name } = user;
    expect(added).toEqual({ user: { id, name }, role: 'viewer', since: expect.any(String) });
    expect(await readAll(cast.callers.viewer, membersOf(cast.project))).toContainEqual(added);
    expect((await send(user.authorization, 'GET', manifest)).status).toBe(200);
    expect((await send(user.authorization, 'DELETE', manifest)).status).toBe(403);
    const one = memberOf(cast.project, user);
    expectAnswer(await call(cast.callers.owner, 'PUT', one, { role: 'developer' }), 200);
    expect((await send(user.authorization, 'DELETE', manifest)).status).toBe(202);
  });

  test('a member is not added twice, and keeps the role', async () => {
    const body = { user: cast.users.developer.name, role: 'viewer' };
    const again = await call(cast.callers.owner, 'POST', membersOf(cast.project), body);
    expect(expectProblem(again, 409, 'name-taken').title).toContain(body.user);
    expect((await rolesIn(cast.project))[body.user]).toBe('developer');
  });

  test('of five concurrent requests that add one user, one succeeds', async () => {
    const body = { user: (await makeUser()).name, role: 'viewer' };
    const calls = Array.from({ length: 5 }, () =>
      call(cast.callers.owner, 'POST', membersOf(cast.project), body),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 409, 409, 409, 409]);
  });

  test.each([
    ['a user that is not there', { user: 'nobody-has-this-name', role: 'viewer' }, 'user'],
    ['an empty name', { user: '', role: 'viewer' }, 'user'],
    ['a role that is not there', { user: 'admin', role: 'admin' }, 'role'],
    ['no role', { user: 'admin' }, 'role'],
    ['a field that is not there', { user: 'admin', role: 'viewer', until: 1 }, 'until'],
  ])('%s is refused, naming the field', async (_what, body, field) => {
    const answer = await call(cast.callers.owner, 'POST', membersOf(cast.project), body);
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe(field);
  });

  test('a change of role adds no member', async () => {
    const one = memberOf(cast.project, cast.users.outsider);
    const changed = await call(cast.callers.owner, 'PUT', one, { role: 'viewer' });
    expectProblem(changed, 404, 'not-found');
    expectProblem(await call(cast.callers.owner, 'DELETE', one), 404, 'not-found');
    expect(await rolesIn(cast.project)).not.toHaveProperty(cast.users.outsider.name);
  });
});

describe('the last owner', () => {
  test('is neither demoted nor removed by an owner', async () => {
    const { project, users } = await makeOwned(1);
    const [owner] = users as [User];
    const caller = await signInAs(owner);
    const path = memberOf(project, owner);
    expectProblem(await call(caller, 'PUT', path, { role: 'viewer' }), 409, 'last-owner');
    expectProblem(await call(caller, 'DELETE', path), 409, 'last-owner');
    expectAnswer(await call(caller, 'PUT', path, { role: 'owner' }), 200);
    expect(await rolesIn(project)).toEqual({ [owner.name]: 'owner' });
  });

  test('can be removed by a cloud admin', async () => {
    const { project, users } = await makeOwned(1);
    const path = memberOf(project, users[0] as User);
    expectAnswer(await call(cast.callers.admin, 'PUT', path, { role: 'viewer' }), 200);
    expectAnswer(await call(cast.callers.admin, 'DELETE', path), 204);
    expect(await rolesIn(project)).toEqual({});
  });

  test('a disabled owner does not count as a remaining one', async () => {
    const { project, users } = await makeOwned(2);
    const [owner, disabled] = users as [User, User];
    await query('UPDATE users SET disabled_at = 1 WHERE id = ?', disabled.id);
    const caller = await signInAs(owner);
    expectProblem(await call(caller, 'DELETE', memberOf(project, owner)), 409, 'last-owner');
    expectAnswer(await call(caller, 'DELETE', memberOf(project, disabled)), 204);
  });

  test.each(['PUT', 'DELETE'])(
    'two owners who end each other at once (%s) leave one',
    async (how) => {
      for (let round = 0; round < 5; round++) {
        const { project, users } = await makeOwned(2);
        const [one, two] = users as [User, User];
        const act = (by: User, at: User) => {
          const body = how === 'PUT' ? { role: 'viewer' } : undefined;
          return call(callerOf(by.authorization), how, memberOf(project, at), body);
        };
        await Promise.all([act(one, two), act(two, one)]);
        const owners = Object.values(await rolesIn(project)).filter((role) => role === 'owner');
        expect(owners).toHaveLength(1);
      }
    },
  );
});

test('a removed member loses access on every path at once', async () => {
  const user = await makeUser({ [cast.project]: 'developer' });
  const workspace = await makeWorkspace(cast.project);
  await pushImage(`${workspace}/app`, 'v1');
  const caller = await signInAs(user);
  const scope = `repository:${workspace}/app:pull,push`;
  const issued = await send(user.authorization, 'GET', `/v2/token?scope=${scope}`);
  const { token } = (await issued.json()) as { token: string };
  const api = ['', '/members', '/credential'].map((end) => `/projects/${cast.project}${end}`);
  const paths = [...api, `/workspaces/${workspace}`];
  const headers = [user.authorization, `Bearer ${token}`];
  const statuses = async () => ({
    api: await Promise.all(paths.map(async (path) => (await call(caller, 'GET', path)).status)),
    v2: await Promise.all(
      headers.map(async (who) => (await send(who, 'GET', `/v2/${workspace}/app/tags/list`)).status),
    ),
  });
  expect(await statuses()).toEqual({ api: [200, 200, 200, 200], v2: [200, 200] });
  expectAnswer(await call(cast.callers.owner, 'DELETE', memberOf(cast.project, user)), 204);
  expect(await statuses()).toEqual({ api: [404, 404, 404, 404], v2: [403, 403] });
  expect(await readAll(caller, '/workspaces')).toEqual([]);
});

test('paging shows every lasting member exactly once while others come and go', async () => {
  const project = await makeProject();
  const join = async () => {
    const id = await query<{ id: number }>(
      'INSERT INTO users (name, created_at) VALUES (?, 0) RETURNING id',
      unique('paged'),
    );
    const user = { id: id[0]?.id ?? 0 } as User;
    await setRole(project, user, 'viewer');
    return user;
  };
  const stay = await Promise.all(Array.from({ length: 15 }, join));
  const doomed = await Promise.all(Array.from({ length: 8 }, join));
  const seen = await readAll<Member>(
    ADMIN_CALLER,
    `${membersOf(project)}?limit=3`,
    async (page) => {
      const gone = doomed[page];
      if (gone) expectAnswer(await call(ADMIN_CALLER, 'DELETE', memberOf(project, gone)), 204);
      await join();
    },
  );
  const ids = seen.map(({ user }) => user.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(stay.map(({ id }) => id)));
});
