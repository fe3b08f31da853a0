/** While a network is refused, no answer may tell a right password from a wrong one. */
import { expect, test } from 'vitest';
import { query } from '../support/worker/database.ts';
import { countingDatabase, fixedLimit, sendTo } from '../support/worker/limited.ts';
import { makePlace, makeUser, PASSWORD } from '../support/worker/people.ts';
import { basic } from '../support/worker/registry-client.ts';

const NEAR = '198.51.100';
const FAR = '192.0.2';

test.each([
  ['elsewhere', FAR, false, 1],
  ['elsewhere, while the account has to wait', FAR, true, 2],
  ['at its own address', NEAR, false, 3],
  ['at its own address, while the account has to wait', NEAR, true, 4],
])('a password that was used is guessed %s: all answers are the same', async (...row) => {
  const [, network, mustWait, n] = row;
  const { project, workspace } = await makePlace();
  const { name } = await makeUser({ [project]: 'viewer' });
  const [home, attacker] = [`${NEAR}.${n}`, `${network}.${n}`];
  const limit = fixedLimit(1);
  const counting = countingDatabase();
  const ask = (who: string, path: string, address: string, change: object = {}) =>
    sendTo({ FAILED_SIGN_INS: limit, ...change }, who, 'GET', path, {
      headers: { 'cf-connecting-ip': address },
    });
  const path = `/v2/token?service=x&scope=repository:${workspace}/app:pull`;
  const signIn = async (password: string, address: string, change: object = {}) => {
    const answer = await ask(basic(name, password), path, address, change);
    return `${answer.status} ${(await answer.text()).replaceAll(/\d+ s/g, '')}`;
  };
  expect(await signIn(PASSWORD, home)).toMatch(/^200 /);
  if (mustWait) {
    for (const subject of [`familiar:${name}:${home}`, `user:${name}`, `strangers:${name}`]) {
      await query(
        `INSERT INTO sign_in_failures (subject, failures, last_at) VALUES (?1, 5000, ?2)
          ON CONFLICT DO UPDATE SET failures = 5000, last_at = ?2`,
        subject,
        Date.now(),
      );
    }
  }
  for (let tries = 0; tries < 3; tries++) await ask('Bearer garbage', '/v2/', attacker);
  const wrong = await signIn('a wrong guess', attacker, { DB: counting.DB });
  expect(wrong).toMatch(/^429 /);
  expect(await signIn(PASSWORD, attacker, { DB: counting.DB })).toBe(wrong);
  expect(counting.statements).toBe(0);
});
