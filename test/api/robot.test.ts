/** The push credential of a project: a robot, which lies on every node and in every pipeline. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  type Caller,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makeWorkspace, projectAuthorization } from '../support/worker/people.ts';
import { pushImage, tagDigest } from '../support/worker/push.ts';
import { bearer, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';
import { type Cast, makeCast } from './support/cast.ts';

let cast: Cast;
let who: string;
let robot: Caller;
let workspace: string;
let image: string;

beforeEach(async () => {
  cast = await makeCast();
  who = await projectAuthorization(cast.project);
  robot = callerOf(who);
  workspace = await makeWorkspace(cast.project);
  image = `/workspaces/${workspace}/images/app`;
  await pushImage(`${workspace}/app`, 'v1', { who });
});

const letRobotDelete = async (robotDeletes = true) =>
  expectAnswer(
    await call(cast.callers.owner, 'PATCH', `/projects/${cast.project}`, { robotDeletes }),
    200,
  );

test('it does nothing to a workspace, its images or its project but push', async () => {
  const project = `/projects/${cast.project}`;
  const calls: [string, string, unknown?][] = [
    ['POST', `${project}/workspaces`, { name: unique('robot'), access: 'private' }],
    ['PATCH', `/workspaces/${workspace}`, { access: 'public' }],
    ['PATCH', `/workspaces/${workspace}`, { untaggedDays: 1 }],
    ['DELETE', `/workspaces/${workspace}`],
    ['POST', `/workspaces/${workspace}/collections`, { emptyTrash: false }],
    ['POST', `/workspaces/${workspace}/collections`, { emptyTrash: true }],
    ['PUT', `/workspaces/${workspace}/retention`, { keepLast: 1 }],
    ['DELETE', image],
    ['POST', '/images/deletion', [{ workspace, image: 'app' }]],
    ['GET', `${project}/members`],
    ['GET', `${project}/credential`],
    ['POST', `${project}/credential/rotation`],
    ['PATCH', project, { robotDeletes: true }],
    ['GET', '/trash'],
    ['GET', '/workspaces'],
    ['GET', '/images'],
    ['GET', '/projects'],
  ];
  for (const [method, path, body] of calls) {
    const { status } = await call(robot, method, path, body);
    expect([403, 404], `${method} ${path}: ${status}`).toContain(status);
  }
  const description = { description: 'changed' };
  const edited = await call(robot, 'PATCH', image, description, { 'if-match': '*' });
  expectProblem(edited, 403, 'denied');
  const found = await query('SELECT access FROM workspaces WHERE name = ?', workspace);
  expect(found).toEqual([{ access: 'private' }]);
  expect(await tagDigest(`${workspace}/app`, 'v1')).not.toBeNull();
});

test('it reads what a pipeline needs: the versions of its images, and a token for one', async () => {
  for (const path of ['', '/versions', '/versions/v1', '/versions/v1/history', '/pulls']) {
    expectAnswer(await call(robot, 'GET', `${image}${path}`), 200);
  }
  const wanted = { workspace, image: 'app', actions: ['pull', 'push'] };
  const answer = await call<{ token: string }>(robot, 'POST', '/registry-token', wanted);
  const { token } = expectAnswer(answer, 200);
  await pushImage(`${workspace}/app`, 'v2', { who: bearer(token) });
  const me = expectAnswer(await call(robot, 'GET', '/session'), 200);
  expect(me).toEqual({
    kind: 'robot',
    name: `project-${cast.project}`,
    isAdmin: false,
    mustChangePassword: false,
    roles: [],
  });
});

describe('it deletes versions', () => {
  const atV2 = async () => await send(who, 'DELETE', `/v2/${workspace}/app/manifests/v1`);
  const byToken = async () => {
    const { token } = await getToken(who, `scope=repository:${workspace}/app:delete`);
    return await send(bearer(token), 'DELETE', `/v2/${workspace}/app/manifests/v1`);
  };
  const deletion = (path: string, body?: unknown): Promise<Answer> =>
    call(robot, body ? 'POST' : 'DELETE', `${image}${path}`, body);

  test('never, unless an owner allows it', async () => {
    const [fault] = await expectFault(await atV2(), 403, 'DENIED');
    expect(fault?.message).toContain('only if an owner allows it');
    expectProblem(await deletion('/versions/v1'), 403, 'denied');
    expectProblem(await deletion('/versions/deletion', [{ tag: 'v1' }]), 403, 'denied');
    expect((await getToken(who, `scope=repository:${workspace}/app:delete`)).scope).toBe('');
    expect(await tagDigest(`${workspace}/app`, 'v1')).not.toBeNull();
  });

  test('to the trash once an owner allows it, and no image or workspace', async () => {
    await letRobotDelete();
    await expectStatus(await atV2(), 202);
    await pushImage(`${workspace}/app`, 'v1', { who });
    await expectStatus(await byToken(), 202);
    await pushImage(`${workspace}/app`, 'v1', { who });
    const { trashId } = expectAnswer(await deletion('/versions/v1'), 200) as { trashId: string };
    expectProblem(await call(robot, 'DELETE', `/trash/${trashId}`), 404, 'not-found');
    expectProblem(await call(robot, 'POST', `/trash/${trashId}/restoration`, {}), 404, 'not-found');
    expectProblem(await deletion(''), 403, 'denied');
    expectProblem(await call(robot, 'DELETE', `/workspaces/${workspace}`), 403, 'denied');
    const restored = await call(
      cast.callers.developer,
      'POST',
      `/trash/${trashId}/restoration`,
      {},
    );
    expectAnswer(restored, 200);
  });

  test('no more, at once, when an owner takes it back', async () => {
    await letRobotDelete();
    const { token } = await getToken(who, `scope=repository:${workspace}/app:delete`);
    await letRobotDelete(false);
    const path = `/v2/${workspace}/app/manifests/v1`;
    await expectFault(await send(bearer(token), 'DELETE', path), 403, 'DENIED');
    await expectFault(await atV2(), 403, 'DENIED');
  });

  test('in its own project only', async () => {
    await letRobotDelete();
    const other = await makeCast();
    const open = await makeWorkspace(other.project, 'public');
    await pushImage(`${open}/app`, 'v1');
    await expectFault(await send(who, 'DELETE', `/v2/${open}/app/manifests/v1`), 403, 'DENIED');
  });
});
