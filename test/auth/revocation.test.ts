import { describe, expect, test } from 'vitest';
import { hashPassword } from '../../src/auth/secrets.ts';
import { query } from '../support/worker/database.ts';
import {
  makePlace,
  makeProject,
  makeUser,
  makeWorkspace,
  projectAuthorization,
  type User,
} from '../support/worker/people.ts';
import { pushImage, putManifest } from '../support/worker/push.ts';
import {
  basic,
  bearer,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { getToken, postToken } from '../support/worker/token-service.ts';

interface Session {
  readonly authorization: string;
  readonly access: string;
  /** A push credential gets none. */
  readonly refresh: string | undefined;
}

async function openSession(authorization: string): Promise<Session> {
  const { token, refresh_token } = await getToken(authorization, 'offline_token=true');
  return { authorization, access: bearer(token), refresh: refresh_token };
}

const ping = (who: string) => send(who, 'GET', '/v2/');
const refresh = (refresh_token: string) =>
  postToken({ grant_type: 'refresh_token', refresh_token });

async function expectTokensGood(session: Session): Promise<void> {
  await expectStatus(await ping(session.access), 200);
  if (session.refresh) await expectStatus(await refresh(session.refresh), 200);
}

async function expectTokensEnded(session: Session): Promise<void> {
  await expectFault(await ping(session.access), 401, 'UNAUTHORIZED');
  if (session.refresh) await expectFault(await refresh(session.refresh), 401, 'UNAUTHORIZED');
}

describe("a user's tokens end at once", () => {
  const set = (user: User, column: string, value: unknown) =>
    query(`UPDATE users SET ${column} = ? WHERE id = ?`, value, user.id);

  test('when the password changes; so does the old password, and the new one is good', async () => {
    const user = await makeUser();
    const session = await openSession(user.authorization);
    await expectTokensGood(session);
    await set(user, 'password_hash', await hashPassword('another password'));
    await expectTokensEnded(session);
    await expectFault(await ping(session.authorization), 401, 'UNAUTHORIZED');
    await expectTokensGood(await openSession(basic(user.name, 'another password')));
  });

  test('when all sessions are ended (token_epoch), but the password stays', async () => {
    const user = await makeUser();
    const session = await openSession(user.authorization);
    await set(user, 'token_epoch', 2);
    await expectTokensEnded(session);
    await expectTokensGood(await openSession(user.authorization));
  });

  test('when the account is disabled, like the password; both work again when it is enabled', async () => {
    const user = await makeUser();
    const session = await openSession(user.authorization);
    await set(user, 'disabled_at', 1);
    await expectTokensEnded(session);
    await expectFault(await ping(session.authorization), 401, 'UNAUTHORIZED');
    await set(user, 'disabled_at', null);
    await expectTokensGood(session);
  });

  test('when the account is deleted', async () => {
    const user = await makeUser();
    const session = await openSession(user.authorization);
    await query('DELETE FROM users WHERE id = ?', user.id);
    await expectTokensEnded(session);
  });

  test("and another user's stay valid", async () => {
    const [one, two] = [await makeUser(), await makeUser()];
    const session = await openSession(two.authorization);
    await set(one, 'token_epoch', 2);
    await expectTokensGood(session);
  });
});

describe("a project's tokens end at once", () => {
  test('when its credential is renewed; the old one does not sign in, the new one does', async () => {
    const project = await makeProject();
    const session = await openSession(await projectAuthorization(project));
    await expectTokensGood(session);
    await query('UPDATE projects SET credential_version = 2 WHERE id = ?', project);
    await expectTokensEnded(session);
    await expectFault(await ping(session.authorization), 401, 'UNAUTHORIZED');
    await expectTokensGood(await openSession(await projectAuthorization(project, 2)));
  });

  test('when it is deleted', async () => {
    const project = await makeProject();
    const session = await openSession(await projectAuthorization(project));
    await query('DELETE FROM projects WHERE id = ?', project);
    await expectTokensEnded(session);
    await expectFault(await ping(session.authorization), 401, 'UNAUTHORIZED');
  });

  test("another project's credential is no good for it", async () => {
    const [one, two] = [await makeProject(), await makeProject()];
    const [, password = ''] = Buffer.from((await projectAuthorization(one)).slice(6), 'base64')
      .toString()
      .split(':');
    await expectFault(await ping(basic(`project-${two}`, password)), 401, 'UNAUTHORIZED');
  });
});

test('a token keeps its scopes, but not rights that were revoked in the meantime', async () => {
  const { project, workspace, developer } = await makePlace();
  const repository = `${workspace}/app`;
  const { text } = await pushImage(repository, 'v1', { who: developer });
  const user = await makeUser({ [project]: 'developer' });
  const scope = `scope=repository:${repository}:pull,push`;
  const token = bearer((await getToken(user.authorization, scope)).token);
  const push = () => putManifest(repository, 'v2', text, {}, token);
  const pull = () => send(token, 'GET', `/v2/${repository}/tags/list`);
  await expectStatus(await push(), 201);
  await query("UPDATE members SET role = 'viewer' WHERE user_id = ?", user.id);
  await expectFault(await push(), 403, 'DENIED');
  await expectStatus(await pull(), 200);
  await query('DELETE FROM members WHERE user_id = ?', user.id);
  await expectFault(await pull(), 403, 'DENIED');
});

test('a workspace made private is closed to strangers at once', async () => {
  const project = await makeProject();
  const workspace = await makeWorkspace(project, 'public');
  await pushImage(`${workspace}/app`, 'v1');
  const { authorization } = await makeUser();
  const pull = () => send(authorization, 'GET', `/v2/${workspace}/app/tags/list`);
  await expectStatus(await pull(), 200);
  await query("UPDATE workspaces SET access = 'private' WHERE name = ?", workspace);
  await expectFault(await pull(), 403, 'DENIED');
  expect((await getToken(authorization, `scope=repository:${workspace}/app:pull`)).scope).toBe('');
});
