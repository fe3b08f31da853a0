import { expect, test, vi } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import { call, expectAnswer } from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { askToken } from '../support/worker/docker-login.ts';
import { makeProject, makeUser, PASSWORD, projectAuthorization } from '../support/worker/people.ts';
import { basic, send, type Who } from '../support/worker/registry-client.ts';
import { signInFrom } from './support/sessions.ts';

// Each guess costs a hash, and machines that run tests are busy.
vi.setConfig({ testTimeout: 60_000 });

let last = 0;

/** An address that nothing else in this file uses. */
const newAddress = () => `198.51.100.${++last}`;

const from = (address: string) => ({ 'cf-connecting-ip': address });

const signIn = (username: string, password: string, address: string) =>
  call({}, 'POST', '/session', { username, password }, from(address));

const atV2 = (who: Who, address: string) => send(who, 'GET', '/v2/', { headers: from(address) });

/** Fails to sign in `times` times, one after the other; returns the statuses. */
async function guess(
  name: string,
  times: number,
  addressOf: () => string = newAddress,
): Promise<number[]> {
  const statuses = [];
  for (let i = 0; i < times; i++) {
    statuses.push((await signIn(name, `guess ${i} at a password`, addressOf())).status);
  }
  return statuses;
}

/** Makes the failures counted until now older. */
const letPass = (ms: number) => query('UPDATE sign_in_failures SET last_at = last_at - ?', ms);

/** Guesses as often as is possible without waiting; the wait that follows is half a minute. */
async function block(name: string, addressOf: () => string = newAddress): Promise<void> {
  expect(new Set(await guess(name, 5, addressOf))).toEqual(new Set([401]));
  const rows = await query(
    `UPDATE sign_in_failures SET failures = 10
      WHERE subject = 'user:' || ? OR subject LIKE 'familiar:' || ? || ':%' RETURNING subject`,
    name,
    name,
  );
  expect(rows.length).toBe(1);
}

/** Uses up what networks that have not failed yet may try while an account waits. */
const useUpTries = (name: string) =>
  query(
    `INSERT INTO sign_in_failures (subject, failures, last_at) VALUES ('strangers:' || ?, 1000000, ?)`,
    name,
    Date.now(),
  );

/** The seconds that the next sign-in has to wait. */
async function waitOf(name: string, password = PASSWORD): Promise<number> {
  const answer = await signIn(name, password, newAddress());
  expect(answer.status).toBe(429);
  return Number(answer.headers.get('retry-after'));
}

test('after five wrong guesses and all tries from new places the right password is slowed, then refused', async () => {
  const { name } = await makeUser();
  await useUpTries(name);
  expect(await guess(name, 5)).toEqual([401, 401, 401, 401, 401]);
  expect(await guess(name, 1)).toEqual([401]);
  await letPass(2000);
  expect(await guess(name, 1)).toEqual([401]);
  expect([3, 4]).toContain(await waitOf(name));
  expect([3, 4]).toContain(await waitOf(name));
  await letPass(4000);
  expectAnswer(await signIn(name, PASSWORD, newAddress()), 200);
});

test('the waits double up to a quarter of an hour, and one guess is let in after each', async () => {
  const { name } = await makeUser();
  await useUpTries(name);
  await guess(name, 5);
  for (const seconds of [1, 2]) {
    await letPass(seconds * 1000);
    expect(await guess(name, 1)).toEqual([401]);
  }
  for (const seconds of [4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
    const wait = await waitOf(name);
    expect([seconds - 1, seconds]).toContain(wait);
    await letPass(wait * 1000);
    expect(await guess(name, 1)).toEqual([401]);
  }
});

test('a successful sign-in forgets the failed ones before it', async () => {
  const { name } = await makeUser();
  for (let i = 0; i < 3; i++) {
    expect(await guess(name, 4)).toEqual([401, 401, 401, 401]);
    expectAnswer(await signIn(name, PASSWORD, newAddress()), 200);
  }
});

test('while an account waits, a hundred guesses at once are refused, including the right one', async () => {
  const { name } = await makeUser();
  const guesses = Array.from({ length: 100 }, (_, i) => `guess ${i} at a password`);
  guesses[50] = PASSWORD;
  await useUpTries(name);
  await block(name);
  const answers = await Promise.all(guesses.map((text) => signIn(name, text, newAddress())));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([429]));
});

test('of a hundred guesses at once at a fresh account only a few are tried', async () => {
  const { name } = await makeUser();
  const address = newAddress();
  const guesses = Array.from({ length: 100 }, (_, i) => signIn(name, `guess number ${i}`, address));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(6);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
});

test('many clients that sign in at once with the right password are all let in', async () => {
  const { name, authorization } = await makeUser();
  const address = newAddress();
  const clients = Array.from({ length: 40 }, () =>
    askToken(authorization, 'repository:a/b:pull', from(address)),
  );
  const statuses = (await Promise.all(clients)).map(({ status }) => status);
  expect(new Set(statuses), name).toEqual(new Set([200]));
});

test('an address that guesses at many accounts is refused at all of them', async () => {
  const address = newAddress();
  const names = Array.from({ length: 32 }, () => unique('no-such-name'));
  const statuses = [];
  for (const name of names) statuses.push(...(await guess(name, 1, () => address)));
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(31);
  expect(statuses.at(-1)).toBe(429);
  const { name } = await makeUser();
  expect((await signIn(name, PASSWORD, address)).status).toBe(429);
  expectAnswer(await signIn(name, PASSWORD, newAddress()), 200);
});

test('signing in to one’s own account buys no more guesses at others', async () => {
  const own = await makeUser();
  const address = newAddress();
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 9; j++) await guess(unique('someone'), 1, () => address);
    await call({}, 'POST', '/session', { username: own.name, password: PASSWORD }, from(address));
  }
  for (let j = 0; j < 4; j++) await guess(unique('someone'), 1, () => address);
  expect((await signIn(unique('someone'), 'any password at all', address)).status).toBe(429);
});

test('what a blocked address tries is not counted against the account', async () => {
  const address = newAddress();
  for (let i = 0; i < 33; i++) await guess(unique('someone'), 1, () => address);
  const { name } = await makeUser();
  expect(new Set(await guess(name, 8, () => address))).toEqual(new Set([429]));
  expectAnswer(await signIn(name, PASSWORD, newAddress()), 200);
});

test('an address is forgiven a failure every half a minute, an account every quarter of an hour', async () => {
  const { name } = await makeUser();
  const address = newAddress();
  await guess(name, 5, () => address);
  await letPass(15 * 60_000);
  await guess(name, 1);
  const rows = await query<{ subject: string; failures: number }>(
    'SELECT subject, failures FROM sign_in_failures WHERE subject IN (?, ?) ORDER BY subject',
    `address:${address}`,
    `user:${name}`,
  );
  expect(rows.map(({ failures }) => failures)).toEqual([5, 5]);
  await guess(unique('someone'), 1, () => address);
  const [after] = await query(
    'SELECT failures FROM sign_in_failures WHERE subject = ?',
    `address:${address}`,
  );
  expect(after).toEqual({ failures: 1 });
});

test('the token service and Basic are slowed and refused like the console', async () => {
  const { name, authorization } = await makeUser();
  const wrong = () => basic(name, unique('a wrong password'));
  const scope = 'repository:a/b:pull';
  expect((await askToken(wrong(), scope, from(newAddress()))).status).toBe(401);
  expect((await atV2(wrong(), newAddress())).status).toBe(401);
  const form = { grant_type: 'password', service: 'x', username: name, password: 'wrong password' };
  const posted = await send(null, 'POST', '/v2/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...from(newAddress()) },
    body: new URLSearchParams(form).toString(),
  });
  expect(posted.status).toBe(401);
  const basicCall = await call({ authorization: wrong() }, 'GET', '/session');
  expect(basicCall.status).toBe(401);
  const [counted] = await query(
    'SELECT failures FROM sign_in_failures WHERE subject = ?',
    `user:${name}`,
  );
  expect(counted).toEqual({ failures: 4 });
  await letPass(60 * 60_000);
  await block(name);
  await useUpTries(name);
  for (const answer of [
    await askToken(authorization, scope, from(newAddress())),
    await atV2(authorization, newAddress()),
    await call({ authorization }, 'GET', '/session', undefined, from(newAddress())),
  ]) {
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const { errors } = (await (await atV2(authorization, newAddress())).json()) as {
    errors: { code: string }[];
  };
  expect(errors[0]?.code).toBe('TOOMANYREQUESTS');
});

test('a stranger’s guesses stop no one who has signed in from elsewhere', async () => {
  const { name, authorization } = await makeUser();
  const [node, desk] = [newAddress(), newAddress()];
  expect((await atV2(authorization, node)).status).toBe(200);
  const browser = await signInFrom(name, desk);
  await block(name);
  await useUpTries(name);
  expect(await waitOf(name)).toBeGreaterThan(1);
  expect((await atV2(authorization, node)).status).toBe(200);
  expect((await call(browser, 'GET', '/session')).status).toBe(200);
  expectAnswer(await signIn(name, PASSWORD, desk), 200);
});

test('guesses from the address where a user works are refused there, the right one too', async () => {
  const { name, authorization } = await makeUser();
  const address = newAddress();
  expect((await atV2(authorization, address)).status).toBe(200);
  await block(name, () => address);
  expect((await atV2(authorization, address)).status).toBe(429);
  expect((await signIn(name, PASSWORD, address)).status).toBe(429);
  expectAnswer(await signIn(name, PASSWORD, newAddress()), 200);
});

test('a project’s credential and an access token work under any number of guesses', async () => {
  const project = await makeProject();
  const authorization = await projectAuthorization(project);
  const address = newAddress();
  await block(`project-${project}`, () => address);
  expect((await signIn(`project-${project}`, 'orp_guess', address)).status).toBe(429);
  expect((await atV2(authorization, address)).status).toBe(200);
  const user = await makeUser();
  const { secret } = await makeToken(await signInFrom(user.name, newAddress()));
  await block(user.name, () => address);
  expect((await atV2(basic(user.name, secret), address)).status).toBe(200);
  expect((await atV2(basic(user.name, 'orlop_guess'), address)).status).toBe(429);
});

test('a name that does not exist is refused in the same words, and has to wait too', async () => {
  const name = unique('not-here');
  const { name: known } = await makeUser();
  const [unknown, wrong] = [
    await signIn(name, 'a wrong password', newAddress()),
    await signIn(known, 'a wrong password', newAddress()),
  ];
  expect(unknown.body).toEqual(wrong.body);
  await letPass(60 * 60_000);
  await block(name);
  await useUpTries(name);
  expect(await waitOf(name)).toBeGreaterThan(1);
});

test('a very long user name or password is a failed sign-in like any other', async () => {
  const long = 'x'.repeat(3000);
  expect((await atV2(basic(long, 'a password'), newAddress())).status).toBe(401);
  const { name } = await makeUser();
  expect((await atV2(basic(name, long), newAddress())).status).toBe(401);
  const [row] = await query('SELECT max(length(subject)) AS longest FROM sign_in_failures');
  expect(Number(row?.longest)).toBeLessThan(200);
});
