/** Robots: credentials of a project for clusters and pipelines. */
import { beforeEach, describe, expect, test } from 'vitest';
import { later } from '../auth/support/later.ts';
import {
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  readAll,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { pullStatus, pushStatus } from '../support/worker/docker-login.ts';
import { makeProject, makeWorkspace, projectAuthorization } from '../support/worker/people.ts';
import { pushImage, tagDigest } from '../support/worker/push.ts';
import { basic, bearer, expectFault, send } from '../support/worker/registry-client.ts';
import { makeRobot } from '../support/worker/robots.ts';
import { getToken } from '../support/worker/token-service.ts';
import { type Cast, makeCast } from './support/cast.ts';

interface Robot {
  readonly id: number;
  readonly name: string;
  readonly username: string;
  readonly secret: string;
  readonly lastUsedAt: string | null;
}

let cast: Cast;
let all: string;
let workspace: string;
let repository: string;

beforeEach(async () => {
  cast = await makeCast();
  all = `/projects/${cast.project}/robots`;
  workspace = await makeWorkspace(cast.project);
  repository = `${workspace}/app`;
  await pushImage(repository, 'v1', { who: await projectAuthorization(cast.project) });
});

const create = (body: object) =>
  call<Robot>(cast.callers.owner, 'POST', all, { name: unique('robot'), ...body });
const make = async (body: object = {}) => expectAnswer(await create(body), 201);
const who = ({ username, secret }: Robot) => basic(username, secret);
const list = () => readAll<Robot>(cast.callers.owner, `${all}?limit=2`);

/** An image in a workspace of another project. */
async function pushElsewhere(access: 'public' | 'private'): Promise<string> {
  const project = await makeProject();
  const name = `${await makeWorkspace(project, access)}/base`;
  await pushImage(name, 'v1', { who: await projectAuthorization(project) });
  return name;
}

test('a robot pulls, and its secret is returned once and stored as a keyed hash', async () => {
  const answer = await create({ name: 'k8s.prod-1' });
  const { secret, host, ...made } = expectAnswer(answer, 201) as Robot & { host: string };
  expect(secret).toMatch(/^orr_[\w-]{40}$/);
  expect(host).toBe('registry.test');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(made).toEqual({
    ...{ id: expect.any(Number), name: 'k8s.prod-1' },
    username: `project-${cast.project}+k8s.prod-1`,
    ...{ mayPush: false, workspaces: null, expiresAt: null, disabled: false, lastUsedAt: null },
    createdAt: expect.stringMatching(/^20.*Z$/),
  });
  expect(await list()).toEqual([made]);
  const rows = await query('SELECT * FROM robots WHERE project_id = ?', cast.project);
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(await pullStatus(basic(made.username, secret), repository, 'v1')).toBe(200);
});

test('one that only pulls gets no push scope, and is told so by the API and the registry', async () => {
  const robot = await make();
  const granted = await getToken(who(robot), `scope=repository:${repository}:pull,push,delete`);
  expect(granted.scope).toBe(`repository:${repository}:pull`);
  expect(await pushStatus(who(robot), repository)).toBe(403);
  const wanted = { workspace, image: 'app', actions: ['push'] };
  const asked = await call(callerOf(who(robot)), 'POST', '/registry-token', wanted);
  expectProblem(asked, 403, 'denied');
});

test('one that pushes is named in history; it neither deletes versions nor sees the project', async () => {
  await query('UPDATE projects SET robot_deletes = 1 WHERE id = ?', cast.project);
  const robot = await make({ mayPush: true });
  await pushImage(repository, 'v2', { who: who(robot) });
  const [row] = await query('SELECT pushed_by FROM manifests ORDER BY id DESC LIMIT 1');
  expect(row).toEqual({ pushed_by: robot.username });
  const deletion = await send(who(robot), 'DELETE', `/v2/${repository}/manifests/v2`);
  const [fault] = await expectFault(deletion, 403, 'DENIED');
  expect(fault?.message).toBe('a robot does not delete versions');
  expect(await tagDigest(repository, 'v2')).not.toBeNull();
  for (const path of [all, `/projects/${cast.project}/credential`, '/workspaces', '/trash']) {
    expect((await call(callerOf(who(robot)), 'GET', path)).status).toBeGreaterThan(400);
  }
});

describe('where it pulls', () => {
  const catalog = async (authorization: string) => {
    const { token } = await getToken(authorization, 'scope=registry:catalog:*');
    const answer = await send(bearer(token), 'GET', '/v2/_catalog?n=1000');
    return ((await answer.json()) as { repositories: string[] }).repositories;
  };

  test('in its project, and in public workspaces of others, which it does not push to', async () => {
    const [open, closed] = [await pushElsewhere('public'), await pushElsewhere('private')];
    const robot = who(await make({ mayPush: true }));
    expect(await pullStatus(robot, open, 'v1')).toBe(200);
    expect(await pushStatus(robot, open)).toBe(403);
    expect(await pullStatus(robot, closed, 'v1')).toBe(403);
    const seen = await catalog(robot);
    expect(seen).toEqual(expect.arrayContaining([repository, open]));
    expect(seen).not.toContain(closed);
  });

  test('in named workspaces only, with a limit', async () => {
    const other = `${await makeWorkspace(cast.project)}/app`;
    await pushImage(other, 'v1', { who: await projectAuthorization(cast.project) });
    const [open, unnamed] = [await pushElsewhere('public'), await pushElsewhere('public')];
    const [base = ''] = open.split('/');
    const robot = who(await make({ mayPush: true, workspaces: [workspace, base, workspace] }));
    for (const name of [repository, open]) expect(await pullStatus(robot, name, 'v1')).toBe(200);
    for (const name of [other, unnamed]) expect(await pullStatus(robot, name, 'v1')).toBe(403);
    expect(await pushStatus(robot, repository)).toBe(202);
    expect(await pushStatus(robot, other)).toBe(403);
    expect(await catalog(robot)).toEqual([open, repository].sort());
  });

  test('never in a private workspace of others, whose name it is not told', async () => {
    const [hidden] = (await pushElsewhere('private')).split('/');
    for (const name of [hidden, 'no-such-workspace']) {
      const problem = expectProblem(await create({ workspaces: [name] }), 400, 'field-invalid');
      expect(problem).toMatchObject({ field: 'workspaces', title: expect.stringContaining('no ') });
    }
  });
});

test('changing, disabling, rotating and deleting it act on the next request', async () => {
  const robot = await make();
  const path = `${all}/${robot.id}`;
  const change = async (body: object) =>
    expectAnswer(await call(cast.callers.owner, 'PATCH', path, body), 200);
  expect(await change({ mayPush: true })).toMatchObject({ mayPush: true, workspaces: null });
  expect(await pushStatus(who(robot), repository)).toBe(202);
  expect(await change({ workspaces: [await makeWorkspace(cast.project)] })).toMatchObject({
    mayPush: true,
  });
  expect(await pushStatus(who(robot), repository)).toBe(403);
  await change({ workspaces: null, disabled: true });
  expect(await pullStatus(who(robot), repository, 'v1')).toBe(401);
  await change({ disabled: false });
  const rotated = expectAnswer(
    await call<Robot>(cast.callers.owner, 'POST', `${path}/rotation`),
    200,
  );
  expect(await pullStatus(who(robot), repository, 'v1')).toBe(401);
  expect(await pullStatus(who(rotated), repository, 'v1')).toBe(200);
  expectAnswer(await call(cast.callers.owner, 'DELETE', path), 204);
  expect(await pullStatus(who(rotated), repository, 'v1')).toBe(401);
  expectProblem(await call(cast.callers.owner, 'DELETE', path), 404, 'not-found');
});

test("one of another project is not found in an owner's own", async () => {
  const { id } = await makeRobot((await makeCast()).project);
  for (const [method, tail, body] of [
    ['PATCH', '', { disabled: true }],
    ['POST', '/rotation'],
    ['DELETE', ''],
  ] as const) {
    const answer = await call(cast.callers.owner, method, `${all}/${id}${tail}`, body);
    expectProblem(answer, 404, 'not-found');
  }
  expect(await query('SELECT epoch, disabled_at FROM robots WHERE id = ?', id)).toEqual([
    { epoch: 1, disabled_at: null },
  ]);
});

test('its secret opens nothing under the name of another robot', async () => {
  const [one, other] = [await make(), await make()];
  expect(await pullStatus(basic(other.username, one.secret), repository, 'v1')).toBe(401);
});

test('it expires, and what was signed for it with it', async () => {
  const expiresAt = new Date(Date.now() + 30_000).toISOString();
  const robot = await make({ expiresAt });
  const { token } = await getToken(who(robot), `scope=repository:${repository}:pull`);
  const digest = await tagDigest(repository, 'v1');
  const read = async () => await pullStatus(bearer(token), repository, digest ?? '');
  expect(await read()).toBe(200);
  await later(31, async () => {
    expect(await read()).toBe(401);
    expect(await pullStatus(who(robot), repository, 'v1')).toBe(401);
  });
  const past = new Date(Date.now() - 1000).toISOString();
  expectProblem(await create({ expiresAt: past }), 400, 'field-invalid');
});

test('its last use is shown, whether it signed in or showed a token', async () => {
  const robot = await make();
  await getToken(who(robot), '');
  const [listed] = await list();
  expect(Date.parse(listed?.lastUsedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
});

test('names are unique in a project, need no quotes, and no user has one', async () => {
  const { name } = await make();
  expectProblem(await create({ name }), 409, 'name-taken');
  for (const odd of ['A', 'a b', 'a$', 'a+b', '-a', 'a--b', '']) {
    expectProblem(await create({ name: odd }), 400, 'field-invalid');
  }
  const body = { name: `project-${cast.project}+${name}` };
  expectProblem(await call(cast.callers.admin, 'POST', '/users', body), 400, 'field-invalid');
});

test('a project has at most 100 robots', async () => {
  await query(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
      INSERT INTO robots (project_id, name, secret_hash, may_push, created_at)
      SELECT ?1, 'n' || i, 'hash-' || ?1 || '-' || i, 0, 0 FROM n`,
    cast.project,
  );
  const answers = await Promise.all([create({}), create({}), create({})]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  expectProblem(await create({}), 409, 'too-many-robots');
});

test('robots end with their project', async () => {
  const project = await makeProject();
  const { authorization } = await makeRobot(project);
  const { token } = await getToken(authorization, '');
  expect((await send(bearer(token), 'GET', '/v2/')).status).toBe(200);
  await query('DELETE FROM projects WHERE id = ?', project);
  expect((await send(bearer(token), 'GET', '/v2/')).status).toBe(401);
  expect((await send(authorization, 'GET', '/v2/')).status).toBe(401);
});
