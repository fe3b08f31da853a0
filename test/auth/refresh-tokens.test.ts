import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import worker from '../../src/index.ts';
import { makeToken } from '../support/worker/access-tokens.ts';
import {
  ADMIN_CALLER,
  call,
  expectAnswer,
  expectProblem,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { pullStatus } from '../support/worker/docker-login.ts';
import { makePlace, makeUser, PASSWORD, type User } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import {
  basic,
  bearer,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { getToken, postToken, type TokenAnswer } from '../support/worker/token-service.ts';
import { sendThrough } from './support/held-database.ts';

const ALL = '/account/docker-logins';
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

interface Login {
  readonly id: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string;
  readonly userAgent: string;
  readonly address: string;
}

/** An image, and a user who has logged in with docker. */
async function makeMember() {
  const { project, workspace, developer } = await makePlace();
  const repository = `${workspace}/app`;
  await pushImage(repository, 'v1');
  const user = await makeUser({ [project]: 'developer' });
  const caller = await signInAs(user);
  const identity = await logIn(user);
  const scope = `repository:${repository}:pull`;
  return { project, repository, developer, user, caller, identity, scope };
}

async function logIn({ authorization }: User, headers = {}): Promise<string> {
  const response = await send(authorization, 'GET', '/v2/token?offline_token=true', { headers });
  await expectStatus(response, 200);
  return ((await response.json()) as TokenAnswer).refresh_token ?? '';
}

const refresh = (refresh_token: string, scope = '') =>
  postToken({ grant_type: 'refresh_token', refresh_token, scope });

async function refreshed(identity: string, scope: string): Promise<TokenAnswer> {
  return (await (await expectStatus(await refresh(identity, scope), 200)).json()) as TokenAnswer;
}

describe('a docker login', () => {
  test('keeps one refresh token, which many nodes use at once', async () => {
    const { identity, repository, scope } = await makeMember();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refreshed(identity, scope)));
    expect(new Set(answers.map(({ refresh_token }) => refresh_token))).toEqual(new Set([identity]));
    for (const { token } of answers) {
      expect(await pullStatus(bearer(token), repository, 'v1')).toBe(200);
    }
  });

  test('is made by POST, too', async () => {
    const { user, repository, scope } = await makeMember();
    const form = { username: user.name, password: PASSWORD, access_type: 'offline' };
    const answer = await expectStatus(await postToken({ grant_type: 'password', ...form }), 200);
    const { refresh_token = '' } = (await answer.json()) as TokenAnswer;
    const { token } = await refreshed(refresh_token, scope);
    expect(await pullStatus(bearer(token), repository, 'v1')).toBe(200);
  });

  test('is for users alone: robots and access tokens keep what they have', async () => {
    const { developer, user, caller } = await makeMember();
    const { secret } = await makeToken(caller);
    for (const who of [developer, basic(user.name, secret)]) {
      expect((await getToken(who, 'offline_token=true')).refresh_token).toBeUndefined();
    }
    const form = { username: user.name, password: secret, access_type: 'offline' };
    const answer = await postToken({ grant_type: 'password', ...form });
    expect(await answer.json()).not.toHaveProperty('refresh_token');
  });

  test('is listed with its client, and with when and from where it was last used', async () => {
    const { user, caller, repository, scope } = await makeMember();
    const from = { 'user-agent': 'docker/29.1.0', 'cf-connecting-ip': '192.0.2.7' };
    const identity = await logIn(user, from);
    const [login, first] = await readAll<Login>(caller, `${ALL}?limit=1`);
    expect(login).toMatchObject({ userAgent: 'docker/29.1.0', address: '192.0.2.7' });
    expect(Number(login?.id)).toBeGreaterThan(Number(first?.id));
    await query('UPDATE refresh_tokens SET last_used_at = 1000 WHERE id = ?', login?.id);
    const { token } = await refreshed(identity, scope);
    const headers = { 'cf-connecting-ip': '192.0.2.8' };
    await send(bearer(token), 'GET', `/v2/${repository}/manifests/v1`, { headers });
    const [used] = await readAll<Login>(caller, ALL);
    expect(Date.parse(used?.lastUsedAt ?? '')).toBeGreaterThan(1000);
    expect(JSON.stringify(await query('SELECT * FROM refresh_tokens'))).not.toContain(identity);
  });

  test('is ended by itself, with what it was used for, and no other is', async () => {
    const { user, caller, repository, identity, scope } = await makeMember();
    const other = await logIn(user);
    const [newest, oldest] = await readAll<Login>(caller, ALL);
    const { token } = await refreshed(identity, scope);
    expect(await pullStatus(bearer(token), repository, 'v1')).toBe(200);
    const stranger = await signInAs(await makeUser());
    expectProblem(await call(stranger, 'DELETE', `${ALL}/${oldest?.id}`), 404, 'not-found');
    expectAnswer(await call(caller, 'DELETE', `${ALL}/${oldest?.id}`), 204);
    await expectFault(await refresh(identity, scope), 401, 'UNAUTHORIZED');
    expect(await pullStatus(bearer(token), repository, 'v1')).toBe(401);
    await expectStatus(await refresh(other, scope), 200);
    const left = await readAll<Login>(caller, ALL);
    expect(left.map(({ id }) => id)).toEqual([newest?.id]);
  });

  test('is checked by the statement that reads its user', async () => {
    const { identity, scope, repository } = await makeMember();
    const { token } = await refreshed(identity, scope);
    let asked = 0;
    const count = () => {
      asked += 1;
    };
    const path = `/v2/${repository}/tags/list`;
    await expectStatus(await sendThrough(count, bearer(token), 'GET', path), 200);
    expect(asked).toBe(1);
  });

  const change = { currentPassword: PASSWORD, newPassword: 'another password of the tests' };
  test.each([
    ['a password change', ({ caller }: Member) => call(caller, 'PUT', '/account/password', change)],
    [
      "an admin's reset",
      ({ user }: Member) => call(ADMIN_CALLER, 'POST', `/users/${user.id}/password-reset`),
    ],
    [
      'disabling the account, for good',
      async ({ user }: Member) => {
        await call(ADMIN_CALLER, 'PATCH', `/users/${user.id}`, { disabled: true });
        return await call(ADMIN_CALLER, 'PATCH', `/users/${user.id}`, { disabled: false });
      },
    ],
  ])('is ended by %s', async (_, end) => {
    const member = await makeMember();
    expect((await end(member)).status).toBeLessThan(300);
    await expectFault(await refresh(member.identity, member.scope), 401, 'UNAUTHORIZED');
    expect(await query('SELECT id FROM refresh_tokens WHERE user_id = ?', member.user.id)).toEqual(
      [],
    );
  });

  test('that was made with a password which has just changed is neither valid nor listed', async () => {
    const { user, caller, identity } = await makeMember();
    // What a login leaves that a password change overtakes.
    const [row] = await query('SELECT stamp FROM refresh_tokens WHERE user_id = ?', user.id);
    expectAnswer(await call(caller, 'PUT', '/account/password', change), 204);
    const id = Number(JSON.parse(atob(identity.split('.')[1] ?? '')).sub.split(':')[1]);
    await query(
      `INSERT INTO refresh_tokens (id, user_id, stamp, created_at, expires_at, last_used_at,
        user_agent, address) VALUES (?1, ?2, ?3, ?4, ?4 + 1000000, ?4, '', '')`,
      ...[id, user.id, row?.stamp, Date.now()],
    );
    await expectFault(await refresh(identity), 401, 'UNAUTHORIZED');
    expect(await readAll<Login>(caller, ALL)).toEqual([]);
  });

  test('ends after 90 days, or sooner where an admin has set that', async () => {
    const { user, caller, identity, scope } = await makeMember();
    const lifeOf = ({ expiresAt, createdAt }: Login) =>
      Date.parse(expiresAt) - Date.parse(createdAt);
    const lives = async () => (await readAll<Login>(caller, ALL)).map(lifeOf);
    expect(await lives()).toEqual([90 * DAY]);
    await call(ADMIN_CALLER, 'PATCH', '/settings', { tokenLifetimeDays: 5 });
    expect(await lives()).toEqual([5 * DAY]);
    await query(
      'UPDATE refresh_tokens SET created_at = created_at - ? WHERE user_id = ?',
      ...[5 * DAY, user.id],
    );
    await expectFault(await refresh(identity, scope), 401, 'UNAUTHORIZED');
    expect(await lives()).toEqual([]);
    await call(ADMIN_CALLER, 'PATCH', '/settings', { tokenLifetimeDays: 365 });
    await expectStatus(await refresh(identity, scope), 200);
  });

  test('is the one that ends, of more than a hundred, when it was unused for longest', async () => {
    const { user, caller, identity } = await makeMember();
    const used = await logIn(user);
    await query(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 98)
        INSERT INTO refresh_tokens (user_id, stamp, created_at, expires_at, last_used_at,
          user_agent, address)
        SELECT user_id, stamp, created_at, expires_at, last_used_at, '', ''
          FROM n CROSS JOIN refresh_tokens AS t WHERE t.id = (
            SELECT max(id) FROM refresh_tokens WHERE user_id = ?)`,
      user.id,
    );
    await expectStatus(await refresh(identity), 200);
    await query(
      'UPDATE refresh_tokens SET last_used_at = 1 WHERE id = (SELECT min(id) FROM refresh_tokens WHERE user_id = ?)',
      user.id,
    );
    const newest = await logIn(user);
    await expectFault(await refresh(identity), 401, 'UNAUTHORIZED');
    for (const kept of [used, newest]) await expectStatus(await refresh(kept), 200);
    expect((await readAll<Login>(caller, ALL)).length).toBe(100);
  });

  test('leaves no row once it has expired', async () => {
    const { user } = await makeMember();
    await query('UPDATE refresh_tokens SET expires_at = 1000 WHERE user_id = ?', user.id);
    await worker.scheduled(createScheduledController({ scheduledTime: new Date() }), env);
    expect(await query('SELECT id FROM refresh_tokens WHERE user_id = ?', user.id)).toEqual([]);
  });
});

type Member = Awaited<ReturnType<typeof makeMember>>;
