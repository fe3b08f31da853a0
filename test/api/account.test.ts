import { expect, test } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import {
  type Caller,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
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

const NEW = 'another password of the tests';

interface Session {
  readonly id: number;
  readonly current: boolean;
  readonly createdAt: string;
  readonly userAgent: string;
  readonly address: string;
}

const change = (caller: Caller, currentPassword: string, newPassword: string) =>
  call(caller, 'PUT', '/account/password', { currentPassword, newPassword });

const isSignedIn = async (caller: Caller) => (await call(caller, 'GET', '/session')).status === 200;

test('a password change ends the other sessions and the old password, but not this session', async () => {
  const user = await makeUser();
  const [here, there] = [await signInAs(user), await signInAs(user)];
  expectAnswer(await change(here, PASSWORD, NEW), 204);
  expect(await isSignedIn(here)).toBe(true);
  expect(await isSignedIn(there)).toBe(false);
  expectProblem(
    await call({}, 'POST', '/session', { username: user.name, password: PASSWORD }),
    401,
    'sign-in-failed',
  );
  expect(await isSignedIn(await signInAs(user, NEW))).toBe(true);
  expect(await isSignedIn(callerOf(basic(user.name, NEW)))).toBe(true);
  expect(await isSignedIn(callerOf(basic(user.name, PASSWORD)))).toBe(false);
});

test('a password change ends docker logins made with it, but no access token', async () => {
  const project = await makeProject();
  const repository = `${await makeWorkspace(project)}/image`;
  await pushImage(repository, 'v1', { who: await projectAuthorization(project) });
  const user = await makeUser({ [project]: 'developer' });
  const caller = await signInAs(user);
  const { secret } = await makeToken(caller);
  const login = await dockerLogin(user.authorization, repository);
  expect(await pullStatus(login.header, repository, 'v1')).toBe(200);
  expectAnswer(await change(caller, PASSWORD, NEW), 204);
  expect(await pullStatus(login.header, repository, 'v1')).toBe(401);
  expect((await refresh(login.identity)).status).toBe(401);
  expect(await pullStatus(basic(user.name, secret), repository, 'v1')).toBe(200);
});

test('a wrong current password changes nothing, and is counted as a failed sign-in', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  const answers = [];
  for (let i = 0; i < 5; i++) answers.push(await change(caller, `wrong ${i} ${PASSWORD}`, NEW));
  for (const answer of answers) {
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe('currentPassword');
  }
  const refused = await change(caller, PASSWORD, NEW);
  expectProblem(refused, 429, 'too-many-requests');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const rows = await query('SELECT token_epoch FROM users WHERE id = ?', user.id);
  expect(rows).toEqual([{ token_epoch: 1 }]);
});

test.each([
  ['elevenchars', /12/],
  ['aaaaaaaaaaaaaa', /different/],
  ['orlop_something-long', /orlop_/],
  ['Password123456', /most common/],
  [PASSWORD, /same as/],
])('%s is no new password', async (password, why) => {
  const caller = await signInAs(await makeUser());
  const problem = expectProblem(await change(caller, PASSWORD, password), 400, 'field-invalid');
  expect(problem.field).toBe('newPassword');
  expect(problem.title).toMatch(why);
});

test('of two concurrent changes from the same current password, one succeeds', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  const wanted = ['the first of two passwords', 'the second of two passwords'];
  const answers = await Promise.all(wanted.map((password) => change(caller, PASSWORD, password)));
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
  const made = wanted[answers.findIndex(({ status }) => status === 204)];
  expect(await isSignedIn(await signInAs(user, made))).toBe(true);
});

test('a user with a generated password can only change it in the console', async () => {
  const user = await makeUser();
  await query('UPDATE users SET must_change_password = 1, is_admin = 1 WHERE id = ?', user.id);
  const caller = await signInAs(user);
  const me = expectAnswer(await call(caller, 'GET', '/session'), 200);
  expect(me).toMatchObject({ mustChangePassword: true });
  for (const path of ['/account/sessions', '/account/tokens', '/users', '/departments']) {
    expectProblem(await call(caller, 'GET', path), 403, 'password-change-required');
  }
  const body = { name: 'a way round', rights: ['read'] };
  expectProblem(
    await call(caller, 'POST', '/account/tokens', body),
    403,
    'password-change-required',
  );
  expectAnswer(await change(caller, PASSWORD, NEW), 204);
  expectAnswer(await call(caller, 'GET', '/users'), 200);
  expect(expectAnswer(await call(caller, 'GET', '/session'), 200)).toMatchObject({
    mustChangePassword: false,
  });
});

test('my sessions are listed newest first, page by page, with this one marked', async () => {
  const user = await makeUser();
  const callers = [await signInAs(user), await signInAs(user), await signInAs(user)];
  await signInAs(await makeUser());
  const caller = callers[1] as Caller;
  const sessions = await readAll<Session>(caller, '/account/sessions?limit=1');
  expect(sessions.map(({ current }) => current)).toEqual([false, true, false]);
  const ids = sessions.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort((one, two) => two - one));
  expect(sessions[1]).toMatchObject({ address: 'local', userAgent: '' });
});

test('a session that has expired is not listed', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  await signInAs(user);
  await query(
    'UPDATE sessions SET expires_at = 1 WHERE id = (SELECT max(id) FROM sessions WHERE user_id = ?)',
    user.id,
  );
  const sessions = await readAll<Session>(caller, '/account/sessions');
  expect(sessions.map(({ current }) => current)).toEqual([true]);
});

test('I can end any of my own sessions, including this one, but no other user’s', async () => {
  const user = await makeUser();
  const [here, there] = [await signInAs(user), await signInAs(user)];
  const [other] = await readAll<Session>(there, '/account/sessions');
  const path = `/account/sessions/${other?.id}`;
  const stranger = await signInAs(await makeUser());
  expectProblem(await call(stranger, 'DELETE', path), 404, 'not-found');
  expectAnswer(await call(here, 'DELETE', path), 204);
  expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, false]);
  expectProblem(await call(here, 'DELETE', path), 404, 'not-found');
  const [mine] = await readAll<Session>(here, '/account/sessions');
  const ended = await call(here, 'DELETE', `/account/sessions/${mine?.id}`);
  expectAnswer(ended, 204);
  expect(ended.headers.get('set-cookie')).toMatch(/^orlop=;.*Max-Age=0/);
  expect(await isSignedIn(here)).toBe(false);
});

test('I can end all my other sessions, but no other user’s', async () => {
  const user = await makeUser();
  const [here, there, third] = [await signInAs(user), await signInAs(user), await signInAs(user)];
  const stranger = await signInAs(await makeUser());
  expectAnswer(await call(here, 'DELETE', '/account/sessions'), 204);
  expect(await Promise.all([here, there, third, stranger].map(isSignedIn))).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expectAnswer(await call(callerOf(user.authorization), 'DELETE', '/account/sessions'), 204);
  expect(await isSignedIn(here)).toBe(false);
});

test.each([
  ['PUT', '/account/password', { currentPassword: 'a', newPassword: 'b' }, 'newPassword'],
  ['PUT', '/account/password', { currentPassword: PASSWORD }, 'newPassword'],
  ['PUT', '/account/password', { currentPassword: PASSWORD, newPassword: NEW, x: 1 }, 'x'],
  ['PUT', '/account/password', { currentPassword: 7, newPassword: NEW }, 'currentPassword'],
  ['GET', '/account/sessions?limit=0', undefined, 'limit'],
  ['GET', '/account/sessions?cursor=nonsense', undefined, 'cursor'],
  ['GET', '/account/sessions?sort=name', undefined, 'sort'],
  ['DELETE', '/account/sessions/first', undefined, 'sessionId'],
])('%s %s with %j names the field at fault', async (method, path, body, field) => {
  const caller = await signInAs(await makeUser());
  const problem = expectProblem(await call(caller, method, path, body), 400, 'field-invalid');
  expect(problem.field).toBe(field);
});

test('only users have an account: projects and access tokens do not', async () => {
  const project = await makeProject();
  const caller = await signInAs(await makeUser());
  const { secret } = await makeToken(caller);
  const others = [
    callerOf(await projectAuthorization(project)),
    { authorization: `Bearer ${secret}` },
  ];
  for (const other of others) {
    for (const path of ['/account/sessions', '/account/tokens']) {
      expectProblem(await call(other, 'GET', path), 403, 'denied');
    }
    expectProblem(await change(other, PASSWORD, NEW), 403, 'denied');
  }
  expectProblem(await call({}, 'GET', '/account/sessions'), 401, 'unauthorized');
});
