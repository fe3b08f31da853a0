import { expect, test, vi } from 'vitest';
import { call, expectAnswer } from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { askToken } from '../support/worker/docker-login.ts';
import { makeUser, PASSWORD } from '../support/worker/people.ts';

// Each guess costs a hash, and machines that run tests are busy.
vi.setConfig({ testTimeout: 120_000 });

let last = 0;

/** An address that nothing else in this file uses. */
const newAddress = () => `100.64.${++last >> 8}.${last & 255}`;
const from = (address: string) => ({ 'cf-connecting-ip': address });

const signIn = async (username: string, password: string, address = newAddress()) =>
  await call({}, 'POST', '/session', { username, password }, from(address));

const guess = (name: string, address?: string) => signIn(name, unique('a wrong guess'), address);

/** A stranger's guesses, after which the account waits for a quarter of an hour. */
async function attack(name: string, address: string): Promise<void> {
  for (let i = 0; i < 6; i++) await guess(name, address);
  await query(
    "UPDATE sign_in_failures SET failures = 50 WHERE subject = 'user:' || ?",
    name.toLowerCase(),
  );
  expect((await guess(name, address)).status).toBe(429);
}

test('while a stranger guesses, the user gets in from places never seen, at once', async () => {
  const { name, authorization } = await makeUser();
  const stranger = newAddress();
  for (let day = 0; day < 5; day++) {
    await attack(name, stranger);
    expectAnswer(await signIn(name, PASSWORD), 200);
    const token = await askToken(authorization, 'repository:a/b:pull', from(newAddress()));
    expect(token.status).toBe(200);
  }
});

test('that the user got in does not end the stranger’s wait', async () => {
  const { name } = await makeUser();
  const stranger = newAddress();
  await attack(name, stranger);
  expectAnswer(await signIn(name, PASSWORD), 200);
  const refused = await signIn(name, PASSWORD, stranger);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
});

test('a user who mistypes in a new place has two more tries', async () => {
  const { name } = await makeUser();
  await attack(name, newAddress());
  const place = newAddress();
  for (let i = 0; i < 2; i++) expect((await guess(name, place)).status).toBe(401);
  expectAnswer(await signIn(name, PASSWORD, place), 200);
});

test('a network has three tries a day, however many addresses it has', async () => {
  const { name } = await makeUser();
  await attack(name, newAddress());
  const addresses = ['1::1', '2::1', '3::1', '4::1', '5::1'].map((end) => `2001:db8:77:${end}`);
  const statuses = [];
  for (const address of addresses) statuses.push((await guess(name, address)).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  expect((await guess(name, '2001:db8:78:1::1')).status).toBe(401);
});

test('guesses from ever new networks end after a thousand, and go on at a thousand a day', async () => {
  const { name } = await makeUser();
  await attack(name, newAddress());
  expect((await guess(name)).status).toBe(401);
  const subject = `strangers:${name.toLowerCase()}`;
  const counted = await query('SELECT failures FROM sign_in_failures WHERE subject = ?', subject);
  expect(counted).toEqual([{ failures: 1 }]);
  await query('UPDATE sign_in_failures SET failures = 999 WHERE subject = ?', subject);
  expect((await guess(name)).status).toBe(401);
  expect((await guess(name)).status).toBe(429);
  expect((await signIn(name, PASSWORD)).status).toBe(429);
  await query(
    'UPDATE sign_in_failures SET last_at = last_at - ? WHERE subject = ?',
    (24 * 60 * 60 * 1000) / 1000 + 1000,
    subject,
  );
  expectAnswer(await signIn(name, PASSWORD), 200);
  expect((await guess(name)).status).toBe(401);
  expect((await guess(name)).status).toBe(429);
});

test('an account that does not exist has the same tries, and answers in the same words', async () => {
  const missing = unique('no-such-user');
  const { name } = await makeUser();
  const seen = [];
  for (const account of [missing, name]) {
    await attack(account, newAddress());
    const place = newAddress();
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await guess(account, place));
    seen.push(answers.map(({ status, body }) => [status, (body as { code: string }).code]));
  }
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]?.map(([status]) => status)).toEqual([401, 401, 401, 429]);
});

test('an address that guesses at many accounts has no tries at the next', async () => {
  const address = newAddress();
  const { name } = await makeUser();
  await attack(name, newAddress());
  await guess(unique('someone'), address);
  await query(
    "UPDATE sign_in_failures SET failures = 50, last_at = ? WHERE subject = 'address:' || ?",
    Date.now(),
    address,
  );
  expect((await signIn(name, PASSWORD, address)).status).toBe(429);
});

test('failures dated ahead by a wrong clock let people in again once it is right', async () => {
  const { name } = await makeUser();
  const place = newAddress();
  await attack(name, place);
  const twoYears = 2 * 365 * 24 * 60 * 60 * 1000;
  await query('UPDATE sign_in_failures SET last_at = last_at + ?', twoYears);
  const wait = await signIn(name, PASSWORD, place);
  expect(wait.status).toBe(429);
  expect(Number(wait.headers.get('retry-after'))).toBeLessThanOrEqual(900);
  expectAnswer(await signIn(name, PASSWORD), 200);
  await query('UPDATE sign_in_failures SET last_at = last_at - 900000');
  expectAnswer(await signIn(name, PASSWORD, place), 200);
});
