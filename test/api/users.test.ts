import { expect, test } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  makeAdmin,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { dockerLogin, pullStatus, refresh } from '../support/worker/docker-login.ts';
import {
  makeProject,
  makeUser,
  makeWorkspace,
  PASSWORD,
  projectAuthorization,
} from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { basic } from '../support/worker/registry-client.ts';

interface User {
  readonly id: number;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly disabled: boolean;
  readonly mustChangePassword: boolean;
}

const admin = await makeAdmin();

const create = (body: object, caller: Caller = admin) =>
  call<User & { password: string | null }>(caller, 'POST', '/users', body);

const change = (id: number, body: object, caller: Caller = admin) =>
  call<User>(caller, 'PATCH', `/users/${id}`, body);

const view = async (id: number) =>
  expectAnswer(await call<User>(admin, 'GET', `/users/${id}`), 200);

/** Disables all other admins, so that a test knows which ones remain. */
const keepAdmins = (...ids: number[]) =>
  query(
    'UPDATE users SET disabled_at = 1 WHERE is_admin = 1 AND id NOT IN (SELECT value FROM json_each(?))',
    JSON.stringify(ids),
  );

const enableAdmins = () => query('UPDATE users SET disabled_at = NULL WHERE is_admin = 1');

test('a user created without a password must change the generated one', async () => {
  const name = unique('mei');
  const answer = await create({ name });
  const made = expectAnswer(answer, 201);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(made).toMatchObject({ name, isAdmin: false, disabled: false, mustChangePassword: true });
  expect(made.password).toMatch(/^pw_[\w-]{40}$/);
  const caller = await signInAs(made, made.password ?? '');
  expectProblem(await call(caller, 'GET', '/departments'), 403, 'password-change-required');
  const passwords = { currentPassword: made.password, newPassword: 'a password of my own' };
  expectAnswer(await call(caller, 'PUT', '/account/password', passwords), 204);
  expectAnswer(await call(caller, 'GET', '/departments'), 200);
  expect(await view(made.id)).toMatchObject({ mustChangePassword: false });
});

test('a user created with a password keeps it, and the response does not return it', async () => {
  const name = unique('mei');
  const made = expectAnswer(await create({ name, password: PASSWORD, isAdmin: true }), 201);
  expect(made).toMatchObject({ password: null, isAdmin: true, mustChangePassword: false });
  expectAnswer(await call(await signInAs(made), 'GET', '/users'), 200);
  const rows = await query('SELECT * FROM users WHERE id = ?', made.id);
  expect(JSON.stringify(rows)).not.toContain(PASSWORD);
});

test('many concurrent requests with one name create one user', async () => {
  const name = unique('rush');
  const answers = await Promise.all([1, 2, 3].map(() => create({ name })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  const problem = expectProblem(await create({ name }), 409, 'name-taken');
  expect([problem.field, problem.title]).toEqual(['name', expect.stringContaining(`user ${name}`)]);
});

test.each([
  [{}, 'name'],
  [{ name: 'Mei' }, 'name'],
  [{ name: '' }, 'name'],
  [{ name: '-mei' }, 'name'],
  [{ name: 'x'.repeat(65) }, 'name'],
  [{ name: 'project-7' }, 'name'],
  [{ name: 'nobody' }, 'name'],
  [{ name: 'mei', password: 'short' }, 'password'],
  [{ name: 'mei.from.next.door', password: 'mei.from.next.door' }, 'password'],
  [{ name: 'mei', password: 'orlop_0123456789' }, 'password'],
  [{ name: 'mei', password: 'Administrator1' }, 'password'],
  [{ name: 'mei', isAdmin: 'yes' }, 'isAdmin'],
  [{ name: 'mei', email: 'mei@example.com' }, 'email'],
])('%j makes no user, and names the field at fault', async (body, field) => {
  const problem = expectProblem(await create(body), 400, 'field-invalid');
  expect(problem.field).toBe(field);
  expect(
    await query("SELECT id FROM users WHERE name LIKE 'mei%' AND name NOT LIKE 'mei-%'"),
  ).toEqual([]);
});

test('users are listed by name, page by page, while others come and go', async () => {
  const prefix = unique('list');
  const ids: number[] = [];
  for (const letter of ['c', 'a', 'e', 'b', 'd']) {
    ids.push(expectAnswer(await create({ name: `${prefix}.${letter}` }), 201).id);
  }
  const listed = await readAll<User>(admin, `/users?q=${prefix}.&limit=2`, async (page) => {
    if (page !== 1) return;
    await create({ name: `${prefix}.0` });
    expectAnswer(await call(admin, 'DELETE', `/users/${ids[0]}`), 204);
  });
  expect(listed.map(({ name }) => name.slice(-1))).toEqual(['a', 'b', 'd', 'e']);
});

test.each([
  ['an', ['an', 'an-a', 'an.b', 'an_c', 'ana']],
  ['an_', ['an_c']],
  ['anz', []],
  ['%', []],
])('the beginning %s of a name finds %j', async (q, wanted) => {
  for (const name of ['am', 'an', 'an.b', 'an_c', 'an-a', 'ana', 'ao']) await create({ name });
  const listed = await readAll<User>(admin, `/users?q=${encodeURIComponent(q)}`);
  expect(listed.map(({ name }) => name)).toEqual(wanted);
});

test('without a filter all users are listed, including the first admin', async () => {
  const [{ n } = { n: 0 }] = await query<{ n: number }>('SELECT count(*) AS n FROM users');
  const listed = await readAll<User>(admin, '/users?limit=7');
  expect(new Set(listed.map(({ id }) => id)).size).toBe(n);
  expect(listed.find(({ name }) => name === 'admin')).toMatchObject({
    isAdmin: true,
    mustChangePassword: false,
  });
});

test('a user is returned with all project memberships', async () => {
  const project = await makeProject();
  const { id, name } = await makeUser({ [project]: 'owner' });
  const [row] = await query<{ name: string }>('SELECT name FROM projects WHERE id = ?', project);
  expect(await view(id)).toEqual({
    id,
    name,
    isAdmin: false,
    disabled: false,
    mustChangePassword: false,
    createdAt: '1970-01-01T00:00:00.000Z',
    memberships: [
      {
        project: { id: project, name: row?.name },
        department: { id: 1, name: 'default' },
        role: 'owner',
        since: '1970-01-01T00:00:00.000Z',
      },
    ],
  });
});

test('a renamed user signs in by the new name, and existing sessions continue', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  const name = unique('renamed');
  expect(expectAnswer(await change(user.id, { name }), 200)).toMatchObject({ name });
  expect(expectAnswer(await call(caller, 'GET', '/session'), 200)).toMatchObject({ name });
  await signInAs({ name });
  const body = { username: user.name, password: PASSWORD };
  expectProblem(await call({}, 'POST', '/session', body), 401, 'sign-in-failed');
});

test('renaming a user to a name in use is refused and changes nothing', async () => {
  const [one, two] = [await makeUser(), await makeUser()];
  const problem = expectProblem(
    await change(one.id, { name: two.name, disabled: true }),
    409,
    'name-taken',
  );
  expect(problem.field).toBe('name');
  expect(await view(one.id)).toMatchObject({ name: one.name, disabled: false });
  expectAnswer(await change(one.id, { name: one.name }), 200);
});

test('disabling a user ends all access at once, and enabling restores no session', async () => {
  const project = await makeProject();
  const repository = `${await makeWorkspace(project)}/image`;
  await pushImage(repository, 'v1', { who: await projectAuthorization(project) });
  const user = await makeUser({ [project]: 'developer' });
  const caller = await signInAs(user);
  const { secret } = await makeToken(caller);
  const login = await dockerLogin(user.authorization, repository);
  const tokenLogin = await dockerLogin(basic(user.name, secret), repository);
  const headers = [user.authorization, basic(user.name, secret), login.header, tokenLogin.header];
  const statuses = () => Promise.all(headers.map((header) => pullStatus(header, repository, 'v1')));
  const ways = [
    caller,
    { authorization: user.authorization },
    { authorization: `Bearer ${secret}` },
  ];
  const callStatuses = () =>
    Promise.all(ways.map(async (way) => (await call(way, 'GET', '/session')).status));
  expect(await statuses()).toEqual([200, 200, 200, 200]);
  expect(await callStatuses()).toEqual([200, 200, 200]);
  const disabled = expectAnswer(await change(user.id, { disabled: true }), 200);
  expect(disabled).toMatchObject({ disabled: true });
  expect(await statuses()).toEqual([401, 401, 401, 401]);
  expect(await callStatuses()).toEqual([401, 401, 401]);
  expectAnswer(await change(user.id, { disabled: false }), 200);
  expect(await statuses()).toEqual([200, 200, 401, 401]);
  expect(await callStatuses()).toEqual([401, 200, 200]);
  expect((await refresh(login.identity)).status).toBe(401);
});

test('gaining or losing admin rights takes effect at once', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  expectProblem(await call(caller, 'GET', '/users'), 403, 'denied');
  expectAnswer(await change(user.id, { isAdmin: true }), 200);
  expectAnswer(await call(caller, 'GET', '/users'), 200);
  expectAnswer(await change(user.id, { isAdmin: false }), 200);
  expectProblem(await call(caller, 'GET', '/users'), 403, 'denied');
});

test('a reset password is returned once, must be changed, and ends all the user’s access', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  const { secret } = await makeToken(caller);
  const answer = await call<{ password: string }>(
    admin,
    'POST',
    `/users/${user.id}/password-reset`,
  );
  const { password } = expectAnswer(answer, 200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  for (const gone of [
    caller,
    { authorization: user.authorization },
    { authorization: `Bearer ${secret}` },
  ]) {
    expect((await call(gone, 'GET', '/session')).status).toBe(401);
  }
  const fresh = await signInAs(user, password);
  expectProblem(await call(fresh, 'GET', '/account/tokens'), 403, 'password-change-required');
});

test('a user with project memberships is not deleted, and the error names the projects', async () => {
  const projects = [await makeProject(), await makeProject()];
  const user = await makeUser({ [projects[0] ?? 0]: 'viewer', [projects[1] ?? 0]: 'owner' });
  const path = `/users/${user.id}`;
  const problem = expectProblem(await call(admin, 'DELETE', path), 409, 'not-empty');
  const names = await query<{ name: string }>(
    "SELECT 'default/' || name AS name FROM projects WHERE id IN (?, ?) ORDER BY name",
    ...projects,
  );
  expect(problem.detail).toEqual({ projects: names.map(({ name }) => name), more: false });
  await query('DELETE FROM members WHERE user_id = ?', user.id);
  const caller = await signInAs(user);
  const { secret } = await makeToken(caller);
  expectAnswer(await call(admin, 'DELETE', path), 204);
  expectProblem(await call(admin, 'DELETE', path), 404, 'not-found');
  expectProblem(await call(admin, 'GET', path), 404, 'not-found');
  expect((await call(caller, 'GET', '/session')).status).toBe(401);
  expect((await call({ authorization: `Bearer ${secret}` }, 'GET', '/session')).status).toBe(401);
});

test('the last admin cannot be demoted, disabled or deleted', async () => {
  const { id } = expectAnswer(
    await create({ name: unique('last'), password: PASSWORD, isAdmin: true }),
    201,
  );
  const caller = await signInAs(await view(id));
  await keepAdmins(id);
  for (const body of [{ isAdmin: false }, { disabled: true }, { isAdmin: false, name: 'gone' }]) {
    expectProblem(await change(id, body, caller), 409, 'last-admin');
  }
  expectProblem(await call(caller, 'DELETE', `/users/${id}`), 409, 'last-admin');
  expectAnswer(await change(id, { isAdmin: true, disabled: false }, caller), 200);
  await enableAdmins();
  expect(await view(id)).toMatchObject({ isAdmin: true, disabled: false });
  expectAnswer(await change(id, { disabled: true }), 200);
  expectAnswer(await call(admin, 'DELETE', `/users/${id}`), 204);
});

test.each([
  ['demote', (id: number, caller: Caller) => change(id, { isAdmin: false }, caller)],
  ['disable', (id: number, caller: Caller) => change(id, { disabled: true }, caller)],
  ['delete', (id: number, caller: Caller) => call(caller, 'DELETE', `/users/${id}`)],
])('of two admins who %s each other at once one is left', async (_, act) => {
  const body = () => ({ name: unique('duel'), password: PASSWORD, isAdmin: true });
  const [one, two] = [
    expectAnswer(await create(body()), 201),
    expectAnswer(await create(body()), 201),
  ];
  const [first, second] = [await signInAs(one), await signInAs(two)];
  await keepAdmins(one.id, two.id);
  await Promise.all([act(two.id, first), act(one.id, second)]);
  const left = await query('SELECT id FROM users WHERE is_admin = 1 AND disabled_at IS NULL');
  await enableAdmins();
  expect(left.length).toBe(1);
});

test.each([
  ['GET', '/users?limit=x', undefined, 'limit'],
  ['GET', '/users?cursor=W10', undefined, 'cursor'],
  ['GET', `/users?q=${'x'.repeat(65)}`, undefined, 'q'],
  ['GET', '/users?role=admin', undefined, 'role'],
  ['GET', '/users/mei', undefined, 'userId'],
  ['GET', '/users/9007199254740993', undefined, 'userId'],
  ['PATCH', '/users/1', { name: 'Mei' }, 'name'],
  ['PATCH', '/users/1', { disabled: null }, 'disabled'],
  ['PATCH', '/users/1', { password: PASSWORD }, 'password'],
  ['POST', '/users/-1/password-reset', undefined, 'userId'],
  ['DELETE', '/users/1.5', undefined, 'userId'],
])('%s %s with %j names the field at fault', async (method, path, body, field) => {
  const problem = expectProblem(await call(admin, method, path, body), 400, 'field-invalid');
  expect(problem.field).toBe(field);
});

test.each([
  ['GET', '/users/999999', undefined],
  ['PATCH', '/users/999999', { disabled: true }],
  ['POST', '/users/999999/password-reset', undefined],
  ['DELETE', '/users/999999', undefined],
])('%s %s of a missing user is not found', async (method, path, body) => {
  expectProblem(await call(admin, method, path, body), 404, 'not-found');
});

test('only an admin manages users', async () => {
  const project = await makeProject();
  const owner = await signInAs(await makeUser({ [project]: 'owner' }));
  const credential = { authorization: await projectAuthorization(project) };
  const calls: [string, string, object?][] = [
    ['GET', '/users'],
    ['POST', '/users', { name: 'intruder' }],
    ['GET', '/users/1'],
    ['PATCH', '/users/1', { disabled: true }],
    ['POST', '/users/1/password-reset'],
    ['DELETE', '/users/1'],
  ];
  for (const [method, path, body] of calls) {
    expectProblem(await call({}, method, path, body), 401, 'unauthorized');
    expectProblem(await call(owner, method, path, body), 403, 'denied');
    expectProblem(await call(credential, method, path, body), 403, 'denied');
  }
});
