import { describe, expect, test } from 'vitest';
import { API_ENDPOINTS } from '../../src/api/routes.ts';
import {
  type Caller,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  type Problem,
  signInAs,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace, PASSWORD } from '../support/worker/people.ts';
import { makeRobot } from '../support/worker/robots.ts';
import { rules, TestTrigger } from '../support/worker/triggers.ts';

/** An owner of a project, and a cloud admin, who has just signed in. */
async function makeOwner() {
  const project = await makeProject();
  const workspace = await makeWorkspace(project);
  const user = await makeUser({ [project]: 'owner' });
  await query('UPDATE users SET is_admin = 1 WHERE id = ?', user.id);
  const other = await makeUser({ [project]: 'viewer' });
  const { id: robot } = await makeRobot(project);
  const { id: trigger } = (await TestTrigger.make(project)).made;
  return { project, workspace, user, other, robot, trigger, session: await signInAs(user) };
}

type Owner = Awaited<ReturnType<typeof makeOwner>>;

/** Moves all times of the user's sessions back. */
const letPass = ({ user }: Owner, minutes: number) =>
  query(
    `UPDATE sessions SET created_at = created_at - ?1, confirmed_at = confirmed_at - ?1
      WHERE user_id = ?2`,
    minutes * 60_000,
    user.id,
  );

const changeRobot =
  (change: object) =>
  ({ project, robot }: Owner): Request => ['PATCH', `/projects/${project}/robots/${robot}`, change];

type Request = readonly [method: string, path: string, body?: object];

/** What makes, raises or hands out a credential or a right that outlives the session. */
const GUARDED: Readonly<Record<string, (owner: Owner) => Request>> = {
  createToken: () => ['POST', '/account/tokens', { name: unique('t'), rights: ['read'] }],
  rotateCredential: ({ project }) => ['POST', `/projects/${project}/credential/rotation`],
  createTemporaryLogin: () => ['POST', '/account/docker-logins', { hours: 1 }],
  createRobot: ({ project }) => ['POST', `/projects/${project}/robots`, { name: unique('made') }],
  rotateRobot: ({ project, robot }) => ['POST', `/projects/${project}/robots/${robot}/rotation`],
  createTrigger: ({ project }) => ['POST', `/projects/${project}/triggers`, rules()],
  changeTrigger: ({ project, trigger }) => [
    'PUT',
    `/projects/${project}/triggers/${trigger}`,
    rules(),
  ],
  rotateSigningSecret: ({ project, trigger }) => [
    'POST',
    `/projects/${project}/triggers/${trigger}/signing-secret`,
  ],
  'changeRobot: let it push': changeRobot({ mayPush: true }),
  'changeRobot: all workspaces': changeRobot({ workspaces: null }),
  'changeRobot: for ever': changeRobot({ expiresAt: null }),
  'changeRobot: enable': changeRobot({ disabled: false }),
  createUser: () => ['POST', '/users', { name: unique('made') }],
  resetPassword: ({ other }) => ['POST', `/users/${other.id}/password-reset`],
  'changeUser: make an admin': ({ other }) => ['PATCH', `/users/${other.id}`, { isAdmin: true }],
  'changeUser: enable': ({ other }) => ['PATCH', `/users/${other.id}`, { disabled: false }],
  addMember: ({ project }) => [
    'POST',
    `/projects/${project}/members`,
    { user: 'admin', role: 'owner' },
  ],
  changeMember: ({ project, other }) => [
    'PUT',
    `/projects/${project}/members/${other.id}`,
    { role: 'owner' },
  ],
  'changeProject: let its robot delete': ({ project }) => [
    'PATCH',
    `/projects/${project}`,
    { robotDeletes: true },
  ],
  'changeProject: let developers purge': ({ project }) => [
    'PATCH',
    `/projects/${project}`,
    { ownersOnly: false },
  ],
  createWorkspace: ({ project }) => [
    'POST',
    `/projects/${project}/workspaces`,
    { name: unique('open'), access: 'public' },
  ],
  changeWorkspace: ({ workspace }) => ['PATCH', `/workspaces/${workspace}`, { access: 'public' }],
  'changeSettings: anonymous pull': () => ['PATCH', '/settings', { anonymousPull: true }],
  'changeSettings: a longer life': () => ['PATCH', '/settings', { tokenLifetimeDays: 365 }],
};

/** What changes something and gives no one lasting access; `setPassword` takes the password. */
const UNGUARDED: readonly string[] = [
  ...['setPassword', 'confirmMyPassword', 'createSession', 'deleteSession'],
  ...['deleteAccountSession', 'deleteAccountSessions', 'deleteDockerLogin', 'deleteToken'],
  ...['createDepartment', 'renameDepartment', 'deleteDepartment'],
  ...['deleteManyImages', 'changeImage', 'deleteImage'],
  ...['deleteManyVersions', 'deleteVersion', 'restoreOlder', 'removeManifest'],
  ...['createProject', 'deleteProject', 'removeMember'],
  ...['setRetention', 'previewRules', 'backtestRules'],
  // For one image and 15 minutes.
  'createRegistryToken',
  ...['beginWorkspaceCollection', 'beginPlatformCollection', 'restoreTrash', 'purgeTrashed'],
  ...['deleteUser', 'deleteWorkspace', 'deleteRobot'],
  ...['deleteTrigger', 'testTrigger', 'redeliver'],
];

test('every call that changes something is among those that ask for the password, or not', () => {
  const changing = Object.entries(API_ENDPOINTS).filter(([, { method }]) => method !== 'get');
  const guarded = new Set(Object.keys(GUARDED).map((name) => name.split(':')[0] ?? ''));
  const listed = [...guarded, ...UNGUARDED];
  expect(listed.sort()).toEqual(changing.map(([name]) => name).sort());
});

const confirm = (caller: Caller, password = PASSWORD) =>
  call(caller, 'POST', '/account/password/confirmation', { password });

const CODE = 'password-confirmation-required';

describe.each(Object.entries(GUARDED))('%s', (_, requestOf) => {
  const request = (owner: Owner, caller: Caller) => call(caller, ...requestOf(owner));

  test('need not give the password within 15 minutes of the sign-in, but after them', async () => {
    const owner = await makeOwner();
    await letPass(owner, 14);
    expect((await request(owner, owner.session)).status).toBeLessThan(300);
    await letPass(owner, 1.1);
    expectProblem(await request(owner, owner.session), 403, CODE);
  });

  test('gives it for 15 minutes, to this session alone', async () => {
    const owner = await makeOwner();
    const other = await signInAs(owner.user);
    await letPass(owner, 20);
    expectAnswer(await confirm(owner.session), 204);
    await letPass(owner, 14);
    expectProblem(await request(owner, other), 403, CODE);
    expect((await request(owner, owner.session)).status).toBeLessThan(300);
    await letPass(owner, 1.1);
    expectProblem(await request(owner, owner.session), 403, CODE);
  });

  test('gives it anyway with Basic', async () => {
    const owner = await makeOwner();
    await letPass(owner, 60);
    const caller = callerOf(owner.user.authorization);
    expectAnswer(await confirm(caller), 204);
    const { status, body } = await request(owner, caller);
    const code = status < 300 ? 'none' : (body as Problem).code;
    expect(['none', 'session-required']).toContain(code);
  });
});

test('the credential of the Push dialog is shown without the password', async () => {
  const owner = await makeOwner();
  await letPass(owner, 60);
  const path = `/projects/${owner.project}/credential`;
  expectAnswer(await call(owner.session, 'GET', path), 200);
});

test('a wrong password confirms nothing, and is counted as a failed sign-in', async () => {
  const owner = await makeOwner();
  await letPass(owner, 60);
  for (let i = 0; i < 5; i++) {
    const problem = expectProblem(await confirm(owner.session, `no ${i}`), 400, 'field-invalid');
    expect(problem.field).toBe('password');
  }
  expectProblem(await confirm(owner.session), 429, 'too-many-requests');
  const body = { name: 'one', rights: ['read'] };
  expectProblem(await call(owner.session, 'POST', '/account/tokens', body), 403, CODE);
});
