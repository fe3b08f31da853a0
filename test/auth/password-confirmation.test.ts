import { describe, expect, test } from 'vitest';
import {
  type Caller,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  signInAs,
} from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { makeProject, makeUser, PASSWORD } from '../support/worker/people.ts';

/** An owner of a project, who has just signed in. */
async function makeOwner() {
  const project = await makeProject();
  const user = await makeUser({ [project]: 'owner' });
  return { project, user, session: await signInAs(user) };
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

const GUARDED: readonly (readonly [
  string,
  (owner: Owner, caller: Caller) => ReturnType<typeof call>,
])[] = [
  [
    'makes an access token',
    (_, caller) => call(caller, 'POST', '/account/tokens', { name: 'one', rights: ['read'] }),
  ],
  [
    "rotates the project's credential",
    ({ project }, caller) => call(caller, 'POST', `/projects/${project}/credential/rotation`),
  ],
];

const confirm = (caller: Caller, password = PASSWORD) =>
  call(caller, 'POST', '/account/password/confirmation', { password });

const CODE = 'password-confirmation-required';

describe.each(GUARDED)('who %s', (_, request) => {
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
    expect((await request(owner, caller)).status).toBeLessThan(300);
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
