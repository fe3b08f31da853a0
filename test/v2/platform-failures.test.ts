/** What clients are told, and how often a query is tried, while D1 fails in every documented way. */
import {
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  type MockInstance,
  test,
  vi,
} from 'vitest';
import { query } from '../support/worker/database.ts';
import { BUSY, LOST } from '../support/worker/failure-texts.ts';
import { sendWith } from '../support/worker/faulty-bucket.ts';
import { databaseFailing, type QueryFault } from '../support/worker/faulty-database.ts';
import { makeUser, PASSWORD } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';

const REPOSITORY = 'library/failing';

/** A request each, and the query of it that fails. */
const LAYERS = {
  'the guard of /v2': ['/v2/library/failing/manifests/v1', /password_hash|principal/i],
  'a handler of /v2': ['/v2/_catalog', /from workspaces as w join/i],
  'the guard of /api': ['/api/v1/session', /from "?users/i],
  'a handler of /api': ['/api/v1/departments', /from departments/i],
} as const satisfies Readonly<Record<string, readonly [path: string, on: RegExp]>>;

let log: MockInstance<typeof console.error>;
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => void vi.restoreAllMocks());

beforeAll(async () => {
  await pushImage(REPOSITORY, 'v1');
});

async function ask(path: string, fault: QueryFault) {
  const failing = databaseFailing(fault);
  const answer = await sendWith({ DB: failing.database }, 'GET', path);
  const { status, headers } = answer;
  return {
    status,
    after: headers.get('retry-after'),
    tries: failing.tries(),
    text: await answer.text(),
  };
}

/** The same for each of some failures, all at once; by their names. */
async function askAll(
  failures: Readonly<Record<string, () => Error>>,
  path: string,
  fault: Omit<QueryFault, 'error'>,
) {
  const asked = Object.entries(failures).map(async ([name, error]) => {
    return [name, await ask(path, { ...fault, error })] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}

const forEach = (failures: object, expected: object) =>
  Object.fromEntries(Object.keys(failures).map((name) => [name, expected]));

describe.each(Object.entries(LAYERS))('%s', (_, [path, on]) => {
  test('a lost query is repeated: once, the client does not notice', async () => {
    const found = await askAll(LOST, path, { on, times: 1 });
    expect(found).toMatchObject(forEach(LOST, { status: 200, after: null }));
    for (const { tries } of Object.values(found)) expect(tries).toBeGreaterThanOrEqual(2);
  });

  test('a query lost for ever: 503 after three tries', async () => {
    const found = await askAll(LOST, path, { on });
    expect(found).toMatchObject(forEach(LOST, { status: 503, after: '5', tries: 3 }));
    for (const { text } of Object.values(found)) expect(text).toMatch(/UNAVAILABLE|"unavailable"/);
  });

  test('an overload is not repeated: 503', async () => {
    const found = await askAll(BUSY, path, { on, times: 1 });
    expect(found).toMatchObject(forEach(BUSY, { status: 503, after: '5', tries: 1 }));
  });

  test('any other error is not repeated: 500', async () => {
    const error = () => new Error('D1_ERROR: no such column: nope: SQLITE_ERROR');
    expect(await ask(path, { on, error })).toMatchObject({ status: 500, after: null, tries: 1 });
  });
});

describe('the log', () => {
  /** Everything that a log could print of what was logged. */
  const logged = () => JSON.stringify(log.mock.calls, (_, value) => printable(value));

  test('names the query and the causes', async () => {
    await ask(LAYERS['a handler of /v2'][0], {
      on: LAYERS['a handler of /v2'][1],
      error: LOST['.retryable'] as () => Error,
    });
    expect(log.mock.calls[0]?.[0]).toMatchObject({
      causes: ['SELECT workspaces, images: it is so', 'it is so'],
    });
  });

  test('never has a parameter: no hash of a password, a session or a token', async () => {
    const user = await makeUser();
    const body = JSON.stringify({ username: user.name, password: PASSWORD });
    const headers = { 'content-type': 'application/json' };
    const error = () => new Error('D1_ERROR: Network connection lost.');
    const bound: string[] = [];
    for (const table of ['users', 'sessions', 'sign_in_failures', 'settings']) {
      const failing = databaseFailing({ on: new RegExp(`\\b${table}\\b`), error });
      const signIn = new Request('http://registry.test/api/v1/session', {
        method: 'POST',
        headers,
        body,
      });
      await sendWith({ DB: failing.database }, 'POST', '/api/v1/session', {
        headers: { ...headers, authorization: '' },
        body: await signIn.text(),
      });
      bound.push(...failing.bound());
    }
    const change = { newPassword: 'another sound password 77', currentPassword: PASSWORD };
    const failing = databaseFailing({ on: /update "?users/i, error });
    await sendWith({ DB: failing.database }, 'PUT', '/api/v1/account/password', {
      headers: { ...headers, authorization: user.authorization },
      body: JSON.stringify(change),
    });
    bound.push(...failing.bound());
    const secrets = bound.filter((text) => text.length >= 16);
    expect(secrets.length).toBeGreaterThan(2);
    expect(log.mock.calls.length).toBeGreaterThan(2);
    for (const secret of secrets) expect(logged()).not.toContain(secret);
    const [row] = await query<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE id = ?',
      user.id,
    );
    expect(logged()).not.toContain(row?.password_hash);
  });
});

function printable(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { ...value, message: value.message, stack: value.stack, cause: value.cause };
}
