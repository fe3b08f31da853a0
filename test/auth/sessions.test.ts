import { createScheduledController } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import {
  ADMIN_CALLER,
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  type Page,
  signInAs,
} from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { makeUser, PASSWORD } from '../support/worker/people.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

const statusOf = async (caller: Caller) => (await call(caller, 'GET', '/session')).status;

/** Moves all times of a user's sessions back. */
const letPass = (userId: number, ms: number) =>
  query(
    `UPDATE sessions SET created_at = created_at - ?1, last_seen_at = last_seen_at - ?1,
      expires_at = expires_at - ?1 WHERE user_id = ?2`,
    ms,
    userId,
  );

const signInAt = async (origin: string, name: string): Promise<Response> =>
  (await (exports as unknown as { default: Fetcher }).default.fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: name, password: PASSWORD }),
  })) as unknown as Response;

test('a session ends twelve hours after its last use', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  await letPass(user.id, 12 * HOUR - 60_000);
  expect(await statusOf(caller)).toBe(200);
  await letPass(user.id, 12 * HOUR - 60_000);
  expect(await statusOf(caller)).toBe(200);
  await letPass(user.id, 12 * HOUR + 60_000);
  expect(await statusOf(caller)).toBe(401);
});

test.each([
  ['a year', null, 365],
  ['the time that an admin sets', 3, 3],
])('a session in use ends after %s', async (_, sessionLifetimeDays, days) => {
  const user = await makeUser();
  const caller = await signInAs(user);
  if (sessionLifetimeDays !== null) {
    await call(ADMIN_CALLER, 'PATCH', '/settings', { sessionLifetimeDays });
  }
  await query(
    'UPDATE sessions SET created_at = created_at - ? WHERE user_id = ?',
    days * DAY - 12 * HOUR,
    user.id,
  );
  expect(await statusOf(caller)).toBe(200);
  const { body } = await call<Page<{ expiresAt: string; createdAt: string }>>(
    caller,
    'GET',
    '/account/sessions',
  );
  const [session] = body.items;
  const life = Date.parse(session?.expiresAt ?? '') - Date.parse(session?.createdAt ?? '');
  expect(life).toBeLessThanOrEqual(days * DAY);
  await letPass(user.id, 11 * HOUR);
  expect(await statusOf(caller)).toBe(200);
  await letPass(user.id, HOUR + 60_000);
  expect(await statusOf(caller)).toBe(401);
});

test('of more than a hundred sessions the longest unused one ends', async () => {
  const user = await makeUser();
  const [unused, used] = [await signInAs(user), await signInAs(user)];
  await letPass(user.id, HOUR);
  expect(await statusOf(used)).toBe(200);
  await query(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 98)
      INSERT INTO sessions (user_id, token_hash, created_at, last_seen_at, expires_at)
      SELECT ?1, 'hash-' || ?1 || '-' || i, ?2, ?2, ?2 + 1000000 FROM n`,
    user.id,
    Date.now(),
  );
  const newest = await signInAs(user);
  expect([await statusOf(unused), await statusOf(used), await statusOf(newest)]).toEqual([
    401, 200, 200,
  ]);
  const [row] = await query('SELECT count(*) AS n FROM sessions WHERE user_id = ?', user.id);
  expect(row).toEqual({ n: 100 });
});

test('a use is recorded after five minutes, and not with every request', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  const seen = async () =>
    (await query('SELECT last_seen_at, expires_at FROM sessions WHERE user_id = ?', user.id))[0];
  await letPass(user.id, 4 * 60_000);
  const before = await seen();
  await statusOf(caller);
  expect(await seen()).toEqual(before);
  await letPass(user.id, 2 * 60_000);
  await statusOf(caller);
  expect(Number((await seen())?.last_seen_at)).toBeGreaterThan(Number(before?.last_seen_at));
});

test('scripts and other sites cannot reach the cookie', async () => {
  const { name } = await makeUser();
  const cookie = (await signInAt('http://registry.test', name)).headers.get('set-cookie') ?? '';
  const [pair, ...flags] = cookie.split('; ');
  expect(pair).toMatch(/^orlop=ses_[\w-]{40}$/);
  expect(flags.sort()).toEqual(['HttpOnly', 'Max-Age=34560000', 'Path=/', 'SameSite=Lax']);
});

test('over https the cookie is for https and this host only', async () => {
  const { name } = await makeUser();
  const cookie = (await signInAt('https://registry.test', name)).headers.get('set-cookie') ?? '';
  const [pair, ...flags] = cookie.split('; ');
  expect(pair).toMatch(/^__Host-orlop=ses_[\w-]{40}$/);
  expect(flags.sort()).toEqual([
    'HttpOnly',
    'Max-Age=34560000',
    'Path=/',
    'SameSite=Lax',
    'Secure',
  ]);
});

test('the database holds no cookie', async () => {
  const user = await makeUser();
  const { cookie = '' } = await signInAs(user);
  const rows = await query('SELECT * FROM sessions WHERE user_id = ?', user.id);
  expect(rows.length).toBe(1);
  expect(JSON.stringify(rows)).not.toContain(cookie.split('=')[1]);
});

test('signing out ends the session, and deletes the cookie', async () => {
  const user = await makeUser();
  const [here, there] = [await signInAs(user), await signInAs(user)];
  const answer = await call(here, 'DELETE', '/session');
  expectAnswer(answer, 204);
  expect(answer.headers.get('set-cookie')).toMatch(/^orlop=; Max-Age=0; Path=\//);
  expect([await statusOf(here), await statusOf(there)]).toEqual([401, 200]);
});

test('signing in again in the same browser ends the old session', async () => {
  const user = await makeUser();
  const first = await signInAs(user);
  const body = { username: user.name, password: PASSWORD };
  expectAnswer(await call(first, 'POST', '/session', body), 200);
  expect(await statusOf(first)).toBe(401);
  const [row] = await query('SELECT count(*) AS n FROM sessions WHERE user_id = ?', user.id);
  expect(row).toEqual({ n: 1 });
});

test.each(['', 'orlop=', 'orlop=ses_made-up', 'orlop=%00', '__Host-orlop=ses_made-up'])(
  'with the cookie %j no one is signed in',
  async (cookie) => {
    expectProblem(await call({ cookie }, 'GET', '/session'), 401, 'unauthorized');
  },
);

test('a disabled user can neither continue nor sign in', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  await query('UPDATE users SET disabled_at = 1 WHERE id = ?', user.id);
  expect(await statusOf(caller)).toBe(401);
  const body = { username: user.name, password: PASSWORD };
  expectProblem(await call({}, 'POST', '/session', body), 401, 'sign-in-failed');
});

test('the hourly run deletes expired sessions and forgotten failures, and no others', async () => {
  const [ended, live] = [await makeUser(), await makeUser()];
  await signInAs(ended);
  const caller = await signInAs(live);
  await query('UPDATE sessions SET expires_at = 1 WHERE user_id = ?', ended.id);
  const now = Date.now();
  for (const [subject, age] of [
    ['user:long-ago', 25 * HOUR],
    ['user:lately', 23 * HOUR],
  ] as const) {
    await query('INSERT INTO sign_in_failures VALUES (?, 9, ?)', subject, now - age);
  }
  const { default: worker } = await import('../../src/index.ts');
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(now) }), env);
  const users = await query(
    'SELECT user_id FROM sessions WHERE user_id IN (?, ?)',
    ended.id,
    live.id,
  );
  expect(users).toEqual([{ user_id: live.id }]);
  expect(await statusOf(caller)).toBe(200);
  const failures = await query("SELECT subject FROM sign_in_failures WHERE subject LIKE 'user:l%'");
  expect(failures).toEqual([{ subject: 'user:lately' }]);
});
