import { expect, test } from 'vitest';
import { unique } from '../support/worker/content.ts';
import { bindings, query } from '../support/worker/database.ts';
import { countingDatabase, sendTo } from '../support/worker/limited.ts';
import { makePlace, makeUser, PASSWORD } from '../support/worker/people.ts';

let last = 0;

/** An address that nothing else in this file uses. */
const newAddress = () => `203.0.113.${++last}`;

/** A member, and how a client posts a password for a token to pull an image. */
async function makeMember() {
  const { project, workspace } = await makePlace();
  const { id, name } = await makeUser({ [project]: 'viewer' });
  const post = (address: string, { DB = bindings.DB, password = PASSWORD, image = 'app' } = {}) =>
    sendTo({ DB }, null, 'POST', '/v2/token', {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'cf-connecting-ip': address,
      },
      body: new URLSearchParams({
        ...{ grant_type: 'password', username: name, password },
        scope: `repository:${workspace}/${image}:pull`,
      }).toString(),
    });
  return { id, name, post };
}

/** D1, whose batches after the first ones end as `end` does. */
function after(answered: number, end: () => Promise<unknown>): D1Database {
  let trips = 0;
  return new Proxy(bindings.DB, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'batch') return value.bind(target);
      return (...given: unknown[]) => (++trips > answered ? end() : value.apply(target, given));
    },
  });
}

const never = () => new Promise(() => {});
const failing = () => Promise.reject(new Error('D1 is broken'));

/** Makes an account wait where `address` tries it, and everywhere else. */
async function block(name: string, address: string, guess: () => Promise<Response>) {
  expect((await guess()).status).toBe(401);
  for (const subject of [`familiar:${name}:${address}`, `user:${name}`, `strangers:${name}`]) {
    await query(
      `INSERT INTO sign_in_failures (subject, failures, last_at) VALUES (?1, 5000, ?2)
        ON CONFLICT DO UPDATE SET failures = 5000, last_at = ?2`,
      subject,
      Date.now(),
    );
  }
}

test('a token by a password waits for one trip to the database, also the first one', async () => {
  const { post } = await makeMember();
  expect((await post(newAddress(), { DB: after(1, never) })).status).toBe(200);
});

test('the same token within a minute waits for none, one for another image for one', async () => {
  const { post } = await makeMember();
  const address = newAddress();
  expect((await post(address)).status).toBe(200);
  const counting = countingDatabase();
  expect((await post(address, { DB: counting.DB })).status).toBe(200);
  expect(counting.statements).toBe(0);
  expect((await post(address, { DB: counting.DB, image: 'other' })).status).toBe(200);
  expect(counting.statements).toBe(1);
});

test('a sign-in after a failure is answered when that is taken back, and not before', async () => {
  const { name, post } = await makeMember();
  const address = newAddress();
  expect((await post(address, { password: 'a wrong password' })).status).toBe(401);
  expect((await post(address, { DB: after(1, failing) })).status).toBeGreaterThanOrEqual(500);
  expect((await post(address)).status).toBe(200);
  const subject = `user:${name}`;
  expect(await query('SELECT 1 FROM sign_in_failures WHERE subject = ?', subject)).toEqual([]);
});

test('where another password was tried, the right one waits as if it had never been shown', async () => {
  const { name, post } = await makeMember();
  const address = newAddress();
  expect((await post(address)).status).toBe(200);
  await block(name, address, () => post(address, { password: unique('a wrong guess') }));
  expect((await post(address)).status).toBe(429);
});

test('a password that one address has shown opens nothing to another that has to wait', async () => {
  const { name, post } = await makeMember();
  const [one, other] = [newAddress(), newAddress()];
  expect((await post(one)).status).toBe(200);
  await block(name, other, () => post(other, { password: unique('a wrong guess') }));
  expect((await post(other)).status).toBe(429);
  expect((await post(one)).status).toBe(200);
});
