import { expect, test } from 'vitest';
import { type MadeToken, makeToken } from '../support/worker/access-tokens.ts';
import {
  call,
  expectAnswer,
  expectProblem,
  makeAdmin,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';

const ALL = '/account/tokens';
const DAY = 24 * 60 * 60_000;
const NEXT_MONTH = new Date(Date.now() + 30 * DAY);

interface Lived {
  readonly createdAt: string;
  readonly expiresAt: string;
}

const lifeOf = (token: Lived | undefined) =>
  Date.parse(token?.expiresAt ?? '') - Date.parse(token?.createdAt ?? '');

test('a token is returned with its secret once, and without it from then on', async () => {
  const project = await makeProject();
  const workspaces = [await makeWorkspace(project), await makeWorkspace(project)];
  const user = await makeUser({ [project]: 'viewer' });
  const caller = await signInAs(user);
  const expiresAt = `${NEXT_MONTH.toISOString().slice(0, 10)}T23:00:00+01:00`;
  const body = { name: 'CI', rights: ['write', 'read', 'write'], workspaces, expiresAt };
  const answer = await call<MadeToken>(caller, 'POST', ALL, body);
  const { secret, ...made } = expectAnswer(answer, 201);
  expect(secret).toMatch(/^orlop_[\w-]{40}$/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(made).toEqual({
    id: expect.any(Number),
    name: 'CI',
    rights: ['read', 'write'],
    workspaces,
    createdAt: expect.stringMatching(/^20.*Z$/),
    expiresAt: `${NEXT_MONTH.toISOString().slice(0, 10)}T22:00:00.000Z`,
    lastUsedAt: null,
  });
  const listed = await call(caller, 'GET', ALL);
  expect(expectAnswer(listed, 200)).toEqual({ items: [made], next: null });
  const rows = await query('SELECT * FROM access_tokens WHERE user_id = ?', user.id);
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test('by default a token is valid for all workspaces and for a year', async () => {
  const caller = await signInAs(await makeUser());
  const made = await makeToken(caller, { rights: ['delete'] });
  expect(made).toMatchObject({ rights: ['delete'], workspaces: null });
  expect(lifeOf(made)).toBe(365 * DAY);
});

test('an admin sets how long tokens live at most, existing ones too', async () => {
  const admin = await makeAdmin();
  const user = await makeUser();
  const caller = await signInAs(user);
  const { id, secret } = await makeToken(caller);
  const status = async () =>
    (await call({ authorization: `Bearer ${secret}` }, 'GET', '/session')).status;
  expectAnswer(await call(admin, 'PATCH', '/settings', { tokenLifetimeDays: 10 }), 200);
  const [listed] = await readAll<Lived>(caller, ALL);
  expect(lifeOf(listed)).toBe(10 * DAY);
  expect(await status()).toBe(200);
  await query('UPDATE access_tokens SET created_at = created_at - ? WHERE id = ?', 10 * DAY, id);
  expect(await status()).toBe(401);
  expect(lifeOf(await makeToken(caller))).toBe(10 * DAY);
  const expiresAt = new Date(Date.now() + 11 * DAY).toISOString();
  const body = { name: 'long', rights: ['read'], expiresAt };
  expect(expectProblem(await call(caller, 'POST', ALL, body), 400, 'field-invalid').title).toMatch(
    /at most 10 days/,
  );
  expectAnswer(await call(admin, 'PATCH', '/settings', { tokenLifetimeDays: 365 }), 200);
});

test('a user has a hundred tokens at most: the next one is refused until one is revoked', async () => {
  const user = await makeUser();
  const caller = await signInAs(user);
  const { id } = await makeToken(caller);
  await query(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
      INSERT INTO access_tokens (user_id, name, token_hash, scope, created_at)
      SELECT ?1, 'n' || i, 'hash-' || ?1 || '-' || i, '{}', 0 FROM n`,
    user.id,
  );
  const body = { name: 'one more', rights: ['read'] };
  const problem = expectProblem(await call(caller, 'POST', ALL, body), 409, 'too-many-tokens');
  expect(problem.title).toMatch(/you have 100 access tokens.*revoke one/);
  await makeToken(await signInAs(await makeUser()));
  expectAnswer(await call(caller, 'DELETE', `${ALL}/${id}`), 204);
  const answers = await Promise.all(
    ['a', 'b', 'c'].map((name) => call(caller, 'POST', ALL, { ...body, name })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
});

test('only my own tokens are listed, newest first, page by page', async () => {
  const caller = await signInAs(await makeUser());
  await makeToken(await signInAs(await makeUser()));
  const made = [];
  for (let i = 0; i < 5; i++) made.push((await makeToken(caller)).id);
  const listed = await readAll<{ id: number }>(caller, `${ALL}?limit=2`, async (page) => {
    if (page === 1) await makeToken(caller);
  });
  expect(listed.map(({ id }) => id)).toEqual(made.reverse());
});

test('a full last page has no next', async () => {
  const caller = await signInAs(await makeUser());
  await makeToken(caller);
  const answer = await call<{ next: unknown }>(caller, 'GET', `${ALL}?limit=1`);
  expect(expectAnswer(answer, 200).next).toBeNull();
});

test('an expired token is still listed, a revoked one is not', async () => {
  const caller = await signInAs(await makeUser());
  const [expired, revoked] = [await makeToken(caller), await makeToken(caller)];
  await query('UPDATE access_tokens SET expires_at = 1000 WHERE id = ?', expired.id);
  expectAnswer(await call(caller, 'DELETE', `${ALL}/${revoked.id}`), 204);
  const listed = await readAll<{ id: number; expiresAt: string }>(caller, ALL);
  expect(listed.map(({ id, expiresAt }) => [id, expiresAt])).toEqual([
    [expired.id, '1970-01-01T00:00:01.000Z'],
  ]);
  expectProblem(await call(caller, 'DELETE', `${ALL}/${revoked.id}`), 404, 'not-found');
});

test('no user can revoke another user’s token, not even an admin', async () => {
  const { id } = await makeToken(await signInAs(await makeUser()));
  for (const caller of [await signInAs(await makeUser()), await makeAdmin()]) {
    expectProblem(await call(caller, 'DELETE', `${ALL}/${id}`), 404, 'not-found');
  }
  const [row] = await query('SELECT revoked_at FROM access_tokens WHERE id = ?', id);
  expect(row).toEqual({ revoked_at: null });
});

test('many concurrent requests with one name create one token; other users may use the name', async () => {
  const [one, two] = [await signInAs(await makeUser()), await signInAs(await makeUser())];
  const body = { name: 'deploy', rights: ['read'] };
  const answers = await Promise.all([1, 2, 3, 4].map(() => call(one, 'POST', ALL, body)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  const refused = answers.filter(({ status }) => status === 409);
  for (const answer of refused) {
    const problem = expectProblem(answer, 409, 'name-taken');
    expect([problem.field, problem.title]).toEqual([
      'name',
      expect.stringContaining('token deploy'),
    ]);
  }
  expectAnswer(await call(two, 'POST', ALL, body), 201);
});

test('the name of a revoked token is free again', async () => {
  const caller = await signInAs(await makeUser());
  const { id, name } = await makeToken(caller);
  expectAnswer(await call(caller, 'DELETE', `${ALL}/${id}`), 204);
  await makeToken(caller, { name });
});

test('a hidden workspace gets the same error as one that does not exist', async () => {
  const hidden = await makeWorkspace(await makeProject());
  const caller = await signInAs(await makeUser());
  const missing = unique('missing');
  const titles = [];
  for (const name of [hidden, missing]) {
    const body = { name: 'x', rights: ['read'], workspaces: [name] };
    const problem = expectProblem(await call(caller, 'POST', ALL, body), 400, 'field-invalid');
    expect(problem.field).toBe('workspaces');
    titles.push(problem.title.replace(name, '…'));
  }
  expect(titles[0]).toBe(titles[1]);
});

const OK = { name: 'x', rights: ['read'] };

test.each([
  [{ ...OK, name: '' }, 'name'],
  [{ ...OK, name: ' x' }, 'name'],
  [{ ...OK, name: 'x'.repeat(65) }, 'name'],
  [{ rights: ['read'] }, 'name'],
  [{ name: 'x' }, 'rights'],
  [{ ...OK, rights: [] }, 'rights'],
  [{ ...OK, rights: ['admin'] }, 'rights.0'],
  [{ ...OK, rights: 'read' }, 'rights'],
  [{ ...OK, workspaces: [] }, 'workspaces'],
  [{ ...OK, workspaces: ['a/b'] }, 'workspaces.0'],
  [{ ...OK, workspaces: Array.from({ length: 101 }, (_, i) => `w${i}`) }, 'workspaces'],
  [{ ...OK, expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  [{ ...OK, expiresAt: 'tomorrow' }, 'expiresAt'],
  [{ ...OK, expiresAt: '2999-12-31T23:00:00Z' }, 'expiresAt'],
  [{ ...OK, expiresAt: 4102444800 }, 'expiresAt'],
  [{ ...OK, scope: 'all' }, 'scope'],
  [[], ''],
])('%j makes no token, and names the field at fault', async (body, field) => {
  const caller = await signInAs(await makeUser());
  const problem = expectProblem(await call(caller, 'POST', ALL, body), 400, 'field-invalid');
  expect(problem.field ?? '').toBe(field);
});

test.each([
  ['GET', `${ALL}?limit=201`, 'limit'],
  ['GET', `${ALL}?cursor=bm8`, 'cursor'],
  ['GET', `${ALL}?q=x`, 'q'],
  ['DELETE', `${ALL}/0`, 'tokenId'],
  ['DELETE', `${ALL}/1e999`, 'tokenId'],
])('%s %s names the field at fault', async (method, path, field) => {
  const caller = await signInAs(await makeUser());
  const problem = expectProblem(await call(caller, method, path), 400, 'field-invalid');
  expect(problem.field).toBe(field);
});
