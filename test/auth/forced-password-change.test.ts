import { describe, expect, test } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import {
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  signInAs,
} from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { dockerLogin, refresh } from '../support/worker/docker-login.ts';
import { makePlace, makeUser, PASSWORD } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import {
  ADMIN,
  basic,
  bearer,
  expectFault,
  expectStatus,
  ORIGIN,
  send,
} from '../support/worker/registry-client.ts';
import { postToken } from '../support/worker/token-service.ts';

const NEW = 'another password of the tests';

/** A member with everything that signs in, made before the password had to be changed. */
async function makeMember() {
  const { project, workspace } = await makePlace();
  const repository = `${workspace}/app`;
  await pushImage(repository, 'v1');
  const user = await makeUser({ [project]: 'owner' });
  const session = await signInAs(user);
  const { secret } = await makeToken(session);
  const login = await dockerLogin(user.authorization, repository);
  return { project, repository, user, session, secret, login };
}

type Member = Awaited<ReturnType<typeof makeMember>>;

/** Every request by which a user signs in at /v2. */
const AT_V2: readonly (readonly [string, (member: Member) => Promise<Response>])[] = [
  ['docker login by password', ({ user }) => send(user.authorization, 'GET', '/v2/')],
  [
    'a pull by password',
    ({ user, repository }) => send(user.authorization, 'GET', `/v2/${repository}/manifests/v1`),
  ],
  [
    'a layer by password',
    ({ user, repository }) =>
      send(user.authorization, 'GET', `/v2/${repository}/blobs/sha256:${'0'.repeat(64)}`),
  ],
  ['the catalog by password', ({ user }) => send(user.authorization, 'GET', '/v2/_catalog')],
  [
    'a push by password',
    ({ user, repository }) => send(user.authorization, 'POST', `/v2/${repository}/blobs/uploads/`),
  ],
  [
    'a token by GET',
    ({ user, repository }) =>
      send(user.authorization, 'GET', `/v2/token?scope=repository:${repository}:pull`),
  ],
  ['a token without scope', ({ user }) => send(user.authorization, 'GET', '/v2/token')],
  [
    'a token by POST',
    ({ user }) =>
      postToken({ grant_type: 'password', username: user.name, password: PASSWORD, scope: '' }),
  ],
  ["docker's identity token", ({ login }) => refresh(login.identity)],
  [
    'a registry token',
    ({ login, repository }) => send(login.header, 'GET', `/v2/${repository}/manifests/v1`),
  ],
  [
    'an access token',
    ({ user, secret, repository }) =>
      send(basic(user.name, secret), 'GET', `/v2/${repository}/manifests/v1`),
  ],
  [
    'a token for an access token',
    ({ user, secret, repository }) =>
      send(basic(user.name, secret), 'GET', `/v2/token?scope=repository:${repository}:pull`),
  ],
];

describe('until a generated password is changed, no sign-in does anything else', () => {
  test.each(AT_V2)('%s is refused, and says where to change it', async (_, request) => {
    const member = await makeMember();
    await query('UPDATE users SET must_change_password = 1 WHERE id = ?', member.user.id);
    const [fault] = await expectFault(await request(member), 403, 'DENIED');
    expect(fault?.message).toBe(`change your password first: sign in at ${ORIGIN}`);
    await query('UPDATE users SET must_change_password = 0 WHERE id = ?', member.user.id);
    expect((await request(member)).status).not.toBe(403);
  });

  test.each([
    ['a session', ({ session }: Member) => session],
    ['the password', ({ user }: Member) => callerOf(user.authorization)],
    ['an access token', ({ secret }: Member) => callerOf(bearer(secret))],
    [
      'an access token as a password',
      ({ user, secret }: Member) => callerOf(basic(user.name, secret)),
    ],
  ])('%s is refused by the API', async (_, who) => {
    const member = await makeMember();
    await query('UPDATE users SET must_change_password = 1 WHERE id = ?', member.user.id);
    const caller = who(member);
    for (const [method, path, body] of [
      ['GET', '/images'],
      ['GET', '/projects'],
      ['GET', `/projects/${member.project}/credential`],
      ['POST', '/registry-token', { workspace: 'library', image: 'app', actions: ['pull'] }],
    ] as const) {
      expectProblem(await call(caller, method, path, body), 403, 'password-change-required');
    }
  });

  test.each([
    ['a session', async ({ session }: Member) => session],
    ['the password', async ({ user }: Member) => callerOf(user.authorization)],
  ])('%s changes it, and everything works again', async (_, who) => {
    const member = await makeMember();
    await query('UPDATE users SET must_change_password = 1 WHERE id = ?', member.user.id);
    const body = { currentPassword: PASSWORD, newPassword: NEW };
    expectAnswer(await call(await who(member), 'PUT', '/account/password', body), 204);
    const header = basic(member.user.name, NEW);
    await expectStatus(await send(header, 'GET', '/v2/'), 200);
    expectAnswer(await call(callerOf(header), 'GET', '/projects'), 200);
    await expectStatus(await send(basic(member.user.name, member.secret), 'GET', '/v2/'), 200);
  });
});

test.each([
  ['and the access tokens, when that is asked for', true],
  ['and leaves the access tokens', false],
])('a password change ends docker logins %s', async (_, endTokens) => {
  const { user, session, secret, login } = await makeMember();
  const body = { currentPassword: PASSWORD, newPassword: NEW, endTokens };
  expectAnswer(await call(session, 'PUT', '/account/password', body), 204);
  expect((await send(login.header, 'GET', '/v2/')).status).toBe(401);
  expect((await refresh(login.identity)).status).toBe(401);
  expect((await send(basic(user.name, secret), 'GET', '/v2/')).status).toBe(endTokens ? 401 : 200);
  expect((await call(session, 'GET', '/session')).status).toBe(200);
});

test('a change that is refused ends no access token', async () => {
  const { user, session, secret } = await makeMember();
  const body = { currentPassword: `${PASSWORD}!`, newPassword: NEW, endTokens: true };
  expectProblem(await call(session, 'PUT', '/account/password', body), 400, 'field-invalid');
  await expectStatus(await send(basic(user.name, secret), 'GET', '/v2/'), 200);
});

test("the first admin's password, from the secrets, is one to change", async () => {
  await query('UPDATE users SET password_hash = NULL WHERE id = 1');
  await expectFault(await send(ADMIN, 'GET', '/v2/'), 403, 'DENIED');
  expectProblem(await call(callerOf(ADMIN), 'GET', '/users'), 403, 'password-change-required');
});
