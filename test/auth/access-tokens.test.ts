import { expect, test } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  signInAs,
} from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { askToken, dockerLogin, pullStatus, pushStatus } from '../support/worker/docker-login.ts';
import {
  makeProject,
  makeUser,
  makeWorkspace,
  projectAuthorization,
  type User,
} from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { basic, bearer, expectFault, send } from '../support/worker/registry-client.ts';

interface Place {
  readonly user: User;
  readonly caller: Caller;
  readonly project: number;
  readonly workspace: string;
  readonly repository: string;
}

/** A developer of a project that has a private workspace with a version `v1`. */
async function makePlace(): Promise<Place> {
  const project = await makeProject();
  const workspace = await makeWorkspace(project);
  const repository = `${workspace}/image`;
  await pushImage(repository, 'v1', { who: await projectAuthorization(project) });
  const user = await makeUser({ [project]: 'developer' });
  return { user, caller: await signInAs(user), project, workspace, repository };
}

const deleteStatus = async (who: string, repository: string) =>
  (await send(who, 'DELETE', `/v2/${repository}/manifests/v1`)).status;

/** The two ways that clients of /v2 show an access token. */
const WAYS = ['Basic', 'docker login'] as const;

async function show(way: (typeof WAYS)[number], place: Place, secret: string): Promise<string> {
  const who = basic(place.user.name, secret);
  return way === 'Basic' ? who : (await dockerLogin(who, place.repository)).header;
}

test.each(WAYS)('by %s, a token of all rights does what its owner may', async (way) => {
  const place = await makePlace();
  const { secret } = await makeToken(place.caller);
  const who = await show(way, place, secret);
  expect(await pullStatus(who, place.repository, 'v1')).toBe(200);
  expect(await pushStatus(who, place.repository)).toBe(202);
  expect(await deleteStatus(who, place.repository)).toBe(202);
});

test.each(
  WAYS.flatMap(
    (way) =>
      [
        [way, ['read'], [200, 'no', 'no']],
        [way, ['write'], ['no', 202, 'no']],
        [way, ['delete'], ['no', 'no', 202]],
        [way, ['read', 'write'], [200, 202, 'no']],
      ] as const,
  ),
)('by %s, a token of the rights %j is held to them', async (way, rights, wanted) => {
  const place = await makePlace();
  const { secret } = await makeToken(place.caller, { rights });
  const who = await show(way, place, secret);
  const statuses = [
    await pullStatus(who, place.repository, 'v1'),
    await pushStatus(who, place.repository),
    await deleteStatus(who, place.repository),
  ];
  expect(statuses.map((status) => ([401, 403].includes(status) ? 'no' : status))).toEqual(wanted);
});

test.each(WAYS)(
  'by %s, a token for one workspace opens no other, not even a public one',
  async (way) => {
    const place = await makePlace();
    const others = [
      `${await makeWorkspace(place.project)}/image`,
      `${await makeWorkspace(place.project, 'public')}/image`,
    ];
    for (const other of others) {
      await pushImage(other, 'v1', { who: await projectAuthorization(place.project) });
    }
    const { secret } = await makeToken(place.caller, { workspaces: [place.workspace] });
    const here = await show(way, place, secret);
    expect(await pullStatus(here, place.repository, 'v1')).toBe(200);
    for (const repository of others) {
      const who = await show(way, { ...place, repository }, secret);
      expect([401, 403]).toContain(await pullStatus(who, repository, 'v1'));
      expect([401, 403]).toContain(await pushStatus(who, repository));
    }
  },
);

test('a limited token lists and mounts only what it may read', async () => {
  const place = await makePlace();
  const hidden = `${await makeWorkspace(place.project)}/hidden`;
  const { layers } = await pushImage(hidden, 'v1', {
    who: await projectAuthorization(place.project),
  });
  const { secret } = await makeToken(place.caller, { workspaces: [place.workspace] });
  const who = basic(place.user.name, secret);
  const catalog = await send(who, 'GET', '/v2/_catalog');
  expect(await catalog.json()).toEqual({ repositories: [place.repository] });
  const digest = layers[0]?.digest;
  for (const from of [`&from=${hidden}`, '']) {
    const path = `/v2/${place.repository}/blobs/uploads/?mount=${digest}${from}`;
    expect((await send(who, 'POST', path)).status).toBe(202);
  }
  const blind = await makeToken(place.caller, { rights: ['write'] });
  const listed = await send(basic(place.user.name, blind.secret), 'GET', '/v2/_catalog');
  expect(await listed.json()).toEqual({ repositories: [] });
});

test('an admin’s limited token is refused without learning what exists', async () => {
  const place = await makePlace();
  await query('UPDATE users SET is_admin = 1 WHERE id = ?', place.user.id);
  const other = await makeWorkspace(place.project);
  const { secret } = await makeToken(place.caller, {
    workspaces: [place.workspace],
    rights: ['read'],
  });
  const who = basic(place.user.name, secret);
  const path = (workspace: string) => `/v2/${workspace}/image/manifests/v1`;
  const [there] = await expectFault(await send(who, 'GET', path(other)), 403, 'DENIED');
  const [missing] = await expectFault(await send(who, 'GET', path('not-here')), 403, 'DENIED');
  expect(there?.message.replaceAll(other, '')).toBe(missing?.message.replaceAll('not-here', ''));
  const push = await send(who, 'POST', `/v2/${place.repository}/blobs/uploads/`);
  const [fault] = await expectFault(push, 403, 'DENIED');
  expect(fault?.message).toMatch(/may pull from workspace/);
});

test('a token grants no more than its owner has', async () => {
  const place = await makePlace();
  const { secret } = await makeToken(place.caller);
  const who = basic(place.user.name, secret);
  const login = await dockerLogin(who, place.repository);
  await query("UPDATE members SET role = 'viewer' WHERE user_id = ?", place.user.id);
  for (const header of [who, login.header]) {
    expect(await pullStatus(header, place.repository, 'v1')).toBe(200);
    expect([401, 403]).toContain(await pushStatus(header, place.repository));
  }
  await query('DELETE FROM members WHERE user_id = ?', place.user.id);
  for (const header of [who, login.header]) {
    expect([401, 403]).toContain(await pullStatus(header, place.repository, 'v1'));
  }
});

/** The ways to end a token, given the place it was made in. */
const ENDS: Record<string, (place: Place, id: number) => Promise<unknown>> = {
  'is revoked': async ({ caller }, id) =>
    expectAnswer(await call(caller, 'DELETE', `/account/tokens/${id}`), 204),
  expires: (_, id) => query('UPDATE access_tokens SET expires_at = ? WHERE id = ?', Date.now(), id),
  'has a disabled owner': ({ user }) =>
    query('UPDATE users SET disabled_at = 1 WHERE id = ?', user.id),
};

test.each(Object.entries(ENDS))(
  'a token that %s ends at once, with everything that docker and the API got for it',
  async (_, end) => {
    const place = await makePlace();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { id, secret } = await makeToken(place.caller, { expiresAt });
    const who = basic(place.user.name, secret);
    const login = await dockerLogin(who, place.repository);
    const headers = [who, login.header];
    for (const header of headers) {
      expect(await pullStatus(header, place.repository, 'v1')).toBe(200);
    }
    expect((await call({ authorization: bearer(secret) }, 'GET', '/session')).status).toBe(200);
    await end(place, id);
    for (const header of headers) {
      expect(await pullStatus(header, place.repository, 'v1')).toBe(401);
      expect(await pushStatus(header, place.repository)).toBe(401);
    }
    expect(login.identity).toBe('');
    expect((await askToken(who, `repository:${place.repository}:pull`)).status).toBe(401);
    for (const authorization of [bearer(secret), who]) {
      expect((await call({ authorization }, 'GET', '/session')).status).toBe(401);
    }
  },
);

test('a token works with its owner’s user name only', async () => {
  const place = await makePlace();
  const { secret } = await makeToken(place.caller);
  const other = await makeUser({ [place.project]: 'developer' });
  expect(await pullStatus(basic(other.name, secret), place.repository, 'v1')).toBe(401);
  expect(await pullStatus(basic('', secret), place.repository, 'v1')).toBe(401);
  expect(await pullStatus(basic(place.user.name, `${secret}x`), place.repository, 'v1')).toBe(401);
});

test('a token opens the API by Bearer and Basic, and no console session', async () => {
  const place = await makePlace();
  const { secret } = await makeToken(place.caller, { rights: ['read'] });
  for (const authorization of [bearer(secret), basic(place.user.name, secret)]) {
    const path = `/workspaces/${place.workspace}`;
    expectAnswer(await call({ authorization }, 'GET', path), 200);
    expectProblem(
      await call({ authorization }, 'PATCH', path, { access: 'public' }),
      403,
      'denied',
    );
    expectProblem(await call({ authorization }, 'DELETE', path), 403, 'denied');
  }
  const body = { username: place.user.name, password: secret };
  const answer = await call({}, 'POST', '/session', body);
  expectProblem(answer, 401, 'sign-in-failed');
  expect(answer.headers.get('set-cookie')).toBeNull();
});

test('an admin’s token is no admin', async () => {
  const { user, caller } = await makePlace();
  await query('UPDATE users SET is_admin = 1 WHERE id = ?', user.id);
  const { secret } = await makeToken(caller);
  expectAnswer(await call(caller, 'GET', '/users'), 200);
  expectProblem(await call({ authorization: bearer(secret) }, 'GET', '/users'), 403, 'denied');
});

test('the API does not accept what docker got for a token', async () => {
  const place = await makePlace();
  const { secret } = await makeToken(place.caller);
  const login = await dockerLogin(basic(place.user.name, secret), place.repository);
  for (const authorization of [login.header, bearer(login.identity)]) {
    expectProblem(await call({ authorization }, 'GET', '/session'), 401, 'unauthorized');
  }
});

test('the last use of a token is shown, and no other sign-in counts as one', async () => {
  const place = await makePlace();
  const made = await Promise.all([1, 2, 3].map(() => makeToken(place.caller)));
  const [byBasic, byBearer, unused] = made.map(({ secret }) => secret) as [string, string, string];
  const before = Date.now();
  await pullStatus(basic(place.user.name, byBasic), place.repository, 'v1');
  await call({ authorization: bearer(byBearer) }, 'GET', '/session');
  const times = async () => {
    const page = expectAnswer(
      await call<{ items: { id: number; lastUsedAt: string | null }[] }>(
        place.caller,
        'GET',
        '/account/tokens',
      ),
      200,
    );
    return made.map(({ id }) => page.items.find((item) => item.id === id)?.lastUsedAt);
  };
  const used = async () => (await times()).filter((time) => time !== null).length;
  await expect.poll(used, { timeout: 10_000 }).toBe(2);
  const [first, second, third] = await times();
  for (const time of [first, second]) {
    expect(Date.parse(time ?? '')).toBeGreaterThanOrEqual(before);
  }
  expect([unused.length, third]).toEqual([46, null]);
});
