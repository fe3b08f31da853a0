/** How often a request asks the database, for every kind of client, with nothing remembered of it. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  makeProject,
  makeUser,
  makeWorkspace,
  projectAuthorization,
  tokenAuthorization,
} from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import {
  ANONYMOUS,
  bearer,
  expectFault,
  expectStatus,
  type Who,
} from '../support/worker/registry-client.ts';
import { makeRobot } from '../support/worker/robots.ts';
import { storeAnonymousPull } from '../support/worker/settings.ts';
import { getToken, postToken } from '../support/worker/token-service.ts';
import { type Isolate, openIsolate, tripsOf } from './support/isolates.ts';

let repository: string;
let hidden: string;
let digest: string;
const clients: Record<string, Who> = { anonymous: ANONYMOUS };

beforeAll(async () => {
  await storeAnonymousPull('true');
  const project = await makeProject();
  const user = await makeUser({ [project]: 'developer' });
  clients.user = user.authorization;
  clients['access token'] = await tokenAuthorization(user, ['read', 'write', 'delete']);
  clients['push credential'] = await projectAuthorization(project);
  clients.robot = (await makeRobot(project)).authorization;
  repository = `${await makeWorkspace(project, 'public')}/app`;
  hidden = `${await makeWorkspace(project)}/app`;
  ({ digest } = await pushImage(repository, 'v1', { who: clients.user }));
  await pushImage(hidden, 'v1', { who: clients.user });
});

const CLIENTS = [
  'anonymous',
  'user',
  'access token',
  'push credential',
  'robot',
  'refresh token',
] as const;

async function tokenOf(client: (typeof CLIENTS)[number], scope: string): Promise<string> {
  if (client !== 'refresh token') {
    return bearer((await getToken(clients[client] as Who, `scope=${scope}`)).token);
  }
  const given = await getToken(clients.user as Who, `offline_token=true&scope=${scope}`);
  const form = { grant_type: 'refresh_token', refresh_token: given.refresh_token ?? '', scope };
  const answer = await expectStatus(await postToken(form), 200);
  return bearer(((await answer.json()) as { token: string }).token);
}

/** An isolate that has noted the use of the token, which no answer waits for. */
async function isolateOf(token: string): Promise<Isolate> {
  const isolate = await openIsolate();
  await isolate.send(token, 'GET', '/v2/');
  return isolate;
}

describe.each(CLIENTS)('%s', (client) => {
  test.each([
    ['a manifest by tag', () => 'manifests/v1'],
    ['tags', () => 'tags/list'],
    ['referrers', () => `referrers/${digest}`],
  ])('%s: one', async (_, path) => {
    const token = await tokenOf(client, `repository:${repository}:pull`);
    const isolate = await isolateOf(token);
    const reading = async () =>
      expectStatus(await isolate.send(token, 'GET', `/v2/${repository}/${path()}`), 200);
    expect(await tripsOf(isolate, reading)).toBe(1);
  });

  test.skipIf(client === 'anonymous')('the catalog: one', async () => {
    const token = await tokenOf(client, 'registry:catalog:*');
    const isolate = await isolateOf(token);
    const reading = async () => expectStatus(await isolate.send(token, 'GET', '/v2/_catalog'), 200);
    expect(await tripsOf(isolate, reading)).toBe(1);
  });
});

test('an anonymous token takes one look-up, granted or not', async () => {
  for (const name of [repository, hidden]) {
    const isolate = await openIsolate();
    const asking = async () =>
      expectStatus(await isolate.send(null, 'GET', `/v2/token?scope=repository:${name}:pull`), 200);
    expect(await tripsOf(isolate, asking)).toBe(1);
  }
});

test('while anonymous pull is off, a second request of strangers asks no one', async () => {
  await storeAnonymousPull('false');
  const isolate = await openIsolate();
  const path = `/v2/token?scope=repository:${repository}:pull`;
  const asking = async () => expectStatus(await isolate.send(null, 'GET', path), 200);
  expect(await tripsOf(isolate, asking)).toBe(1);
  expect(await tripsOf(isolate, asking)).toBe(0);
  const archive = async () =>
    expectFault(
      await isolate.send(null, 'GET', `/v2/${repository}/manifests/v1`),
      401,
      'UNAUTHORIZED',
    );
  expect(await tripsOf(isolate, archive)).toBe(0);
  await storeAnonymousPull('true');
});
