import { beforeEach, expect, test } from 'vitest';
import { temporaryLoginCommands } from '../../src/domain/login-commands.ts';
import {
  type Caller,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  makeAdmin,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { dockerLogin, pullStatus, pushStatus } from '../support/worker/docker-login.ts';
import { makePlace, makeUser, type User } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { basic } from '../support/worker/registry-client.ts';
import { later } from './support/later.ts';

interface Made {
  readonly id: number;
  readonly username: string;
  readonly secret: string;
  readonly expiresAt: string;
  readonly commands: Readonly<Record<string, string>>;
}

const ALL = '/account/docker-logins';
const HOUR = 60 * 60_000;
let user: User;
let caller: Caller;
let repository: string;
let project: number;

beforeEach(async () => {
  const place = await makePlace();
  project = place.project;
  repository = `${place.workspace}/app`;
  await pushImage(repository, 'v1', { who: place.developer });
  user = await makeUser({ [project]: 'developer' });
  caller = await signInAs(user);
});

const make = async (hours: number) =>
  expectAnswer(await call<Made>(caller, 'POST', ALL, { hours }), 201);
const who = ({ username, secret }: Made) => basic(username, secret);
const hoursOf = ({ expiresAt }: Made) => Math.round((Date.parse(expiresAt) - Date.now()) / HOUR);

test('it logs in with the rights that its user has, until it expires', async () => {
  const made = await make(2);
  expect(made).toMatchObject({ username: user.name, host: 'registry.test' });
  expect(hoursOf(made)).toBe(2);
  const { header, identity } = await dockerLogin(who(made), repository);
  expect(identity).toBe('');
  expect(await pushStatus(header, repository)).toBe(202);
  await query("UPDATE members SET role = 'viewer' WHERE user_id = ?", user.id);
  expect(await pushStatus(who(made), repository)).toBe(403);
  expect(await pullStatus(who(made), repository, 'v1')).toBe(200);
  await later(2 * 3600 + 1, async () => {
    expect(await pullStatus(who(made), repository, 'v1')).toBe(401);
  });
});

test('its commands have its secret, for the address that was asked', async () => {
  const { secret, commands } = await make(1);
  const login = { host: 'registry.test', username: user.name, secret };
  expect(commands).toEqual(temporaryLoginCommands({ ...login, isPlain: true }));
});

test('it is one of the docker logins, and ended as one; its secret is stored as a hash', async () => {
  const made = await make(1);
  const listed = await readAll<{ id: number; userAgent: string }>(caller, ALL);
  expect(listed).toMatchObject([{ id: made.id, userAgent: 'temporary login' }]);
  expect(JSON.stringify(listed)).not.toContain('orlop_');
  const rows = await query('SELECT * FROM refresh_tokens WHERE user_id = ?', user.id);
  expect(JSON.stringify(rows)).not.toContain(made.secret);
  expectAnswer(await call(caller, 'DELETE', `${ALL}/${made.id}`), 204);
  expect(await pullStatus(who(made), repository, 'v1')).toBe(401);
});

test('it opens neither the API nor the console, nor another account', async () => {
  const made = await make(1);
  for (const path of ['/session', ALL, `/projects/${project}`, '/workspaces']) {
    expectProblem(await call(callerOf(who(made)), 'GET', path), 403, 'denied');
  }
  const given = { username: made.username, password: made.secret };
  expectProblem(await call({}, 'POST', '/session', given), 401, 'sign-in-failed');
  const { name } = await makeUser();
  expect(await pullStatus(basic(name, made.secret), repository, 'v1')).toBe(401);
});

test('it is valid for an hour to a week, and no longer than tokens are', async () => {
  for (const hours of [0, 1.5, 169]) {
    expectProblem(await call(caller, 'POST', ALL, { hours }), 400, 'field-invalid');
  }
  expect(hoursOf(await make(168))).toBe(168);
  const admin = await makeAdmin();
  expectAnswer(await call(admin, 'PATCH', '/settings', { tokenLifetimeDays: 1 }), 200);
  expect(hoursOf(await make(168))).toBe(24);
  expectAnswer(await call(admin, 'PATCH', '/settings', { tokenLifetimeDays: 365 }), 200);
});
