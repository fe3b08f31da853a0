import { z } from '@hono/zod-openapi';
import { generateSecret, hashSecret } from '../auth/secrets.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import { ROBOT_SECRET_PREFIX, robotUsername } from '../domain/robots.ts';
import * as storage from '../storage/accounts/robots.ts';
import { findWorkspaces } from '../storage/workspaces/workspaces.ts';
import { nameTaken } from './conflict.ts';
import { projectParams } from './contracts/projects.ts';
import {
  newRobot,
  robot,
  robotChange,
  robotParams,
  robotSecret,
  robotsQuery,
} from './contracts/robots.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { type ApiContext, formatTime } from './http.ts';

const tags = ['Robots'];
const ALL = '/projects/{projectId}/robots';
const ONE = `${ALL}/{robotId}`;

export const listRobots = endpoint(
  { action: 'project:manage', on: 'project', confirmed: false },
  {
    method: 'get',
    path: ALL,
    tags,
    summary: 'List the robots of a project by name, including disabled and expired ones',
    request: { params: projectParams, query: robotsQuery },
    responses: { 200: jsonResponse(pageOf(robot), 'A page of robots.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, z.tuple([z.string()]));
    const { services, project } = c.var;
    const found = await storage.listRobots(services.db, project.id, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ name }) => [name]);
    return c.json({ items: items.map(robotBody), next }, 200);
  },
);

export const createRobot = endpoint(
  { action: 'project:manage', on: 'project', confirmed: true },
  {
    method: 'post',
    path: ALL,
    tags,
    summary:
      'Create a robot: a credential for a cluster or a pipeline, which pulls, or also pushes',
    request: { params: projectParams, body: jsonBody(newRobot) },
    responses: {
      201: jsonResponse(robotSecret, 'Created; its secret is returned only once, here.'),
    },
  },
  async (c) => {
    const { name, mayPush, ...given } = c.req.valid('json');
    const { services, project } = c.var;
    const createdAt = Date.now();
    const workspaces = await checkWorkspaces(c, given.workspaces);
    const expiresAt = parseEnd(given.expiresAt, createdAt);
    const { secret, hash } = makeSecret(c);
    const made = await storage.insertRobot(services.db, {
      ...{ projectId: project.id, name, mayPush, workspaces, createdAt, expiresAt, hash },
    });
    if (made === 'too-many') throw new RegistryError('TOO_MANY_ROBOTS');
    if (made === 'name-taken') throw nameTaken(`robot ${name} in this project`);
    return c.json(secretBody(c, made, secret), 201);
  },
);

export const changeRobot = endpoint(
  {
    always: { action: 'project:manage', on: 'project', confirmed: false },
    also: [
      {
        // Whatever may raise it: what it is now is not known yet.
        asks: ({ mayPush, workspaces, expiresAt, disabled }: z.output<typeof robotChange>) =>
          mayPush === true ||
          workspaces !== undefined ||
          expiresAt !== undefined ||
          disabled === false,
        requires: { action: 'project:manage', on: 'project', confirmed: true },
      },
    ],
  },
  {
    method: 'patch',
    path: ONE,
    tags,
    summary: 'Change what a robot may do, or disable it; its tokens end within a minute',
    request: { params: robotParams, body: jsonBody(robotChange) },
    responses: { 200: jsonResponse(robot, 'The robot after the change.') },
  },
  async (c) => {
    const { workspaces, expiresAt, ...change } = c.req.valid('json');
    const now = Date.now();
    const checked = workspaces && (await checkWorkspaces(c, workspaces));
    const end = expiresAt === undefined ? undefined : parseEnd(expiresAt, now);
    const changes = { ...change, workspaces: checked, expiresAt: end };
    return c.json(robotBody(await update(c, c.req.valid('param').robotId, changes)), 200);
  },
);

export const rotateRobot = endpoint(
  { action: 'project:manage', on: 'project', confirmed: true },
  {
    method: 'post',
    path: `${ONE}/rotation`,
    tags,
    summary: "Rotate a robot's secret; the old one and its tokens end within a minute",
    request: { params: robotParams },
    responses: {
      200: jsonResponse(robotSecret, 'The robot; its secret is returned only once, here.'),
    },
  },
  async (c) => {
    const { secret, hash } = makeSecret(c);
    const changed = await update(c, c.req.valid('param').robotId, { hash });
    return c.json(secretBody(c, changed, secret), 200);
  },
);

export const deleteRobot = endpoint(
  { action: 'project:manage', on: 'project', confirmed: false },
  {
    method: 'delete',
    path: ONE,
    tags,
    summary: 'Delete a robot; its tokens end within a minute',
    request: { params: robotParams },
    responses: { 204: { description: 'Deleted.' } },
  },
  async (c) => {
    const { robotId: id } = c.req.valid('param');
    const { services, project } = c.var;
    if (await storage.deleteRobot(services.db, { projectId: project.id, id })) {
      return c.body(null, 204);
    }
    throw noRobot();
  },
);

async function update(
  c: ApiContext,
  id: number,
  change: storage.RobotChange,
): Promise<storage.RobotRecord> {
  const { services, project } = c.var;
  const key = { projectId: project.id, id };
  const changed = await storage.updateRobot(services.db, key, change, Date.now());
  if (changed === null) throw noRobot();
  return changed;
}

const noRobot = () => new RegistryError('NOT_FOUND', 'the project has no such robot');

function makeSecret(c: ApiContext): { secret: string; hash: string } {
  const secret = generateSecret(ROBOT_SECRET_PREFIX);
  return { secret, hash: hashSecret(c.var.config.credentialKey, secret) };
}

/** @throws RegistryError FIELD_INVALID for a time in the past */
function parseEnd(text: string | null, now: number): number | null {
  const end = text === null ? null : Date.parse(text);
  if (end === null || end > now) return end;
  const message = 'expiresAt: this time is in the past';
  throw new RegistryError('FIELD_INVALID', message, { field: 'expiresAt' });
}

/**
 * The names, each once.
 * @throws RegistryError FIELD_INVALID naming a workspace that no robot of the project may use
 */
async function checkWorkspaces(
  c: ApiContext,
  given: readonly string[] | null,
): Promise<string[] | null> {
  if (given === null) return null;
  const names = [...new Set(given)];
  const { services, project } = c.var;
  const found = await findWorkspaces(services.db, names);
  for (const name of names) {
    const place = found.get(name);
    if (place && (place.projectId === project.id || place.access === 'public')) continue;
    const message = `workspaces: ${name} is no workspace of this project, and no public one`;
    throw new RegistryError('FIELD_INVALID', message, { field: 'workspaces' });
  }
  return names;
}

function robotBody(record: storage.RobotRecord) {
  const { id, projectId, name, mayPush, workspaces } = record;
  return {
    ...{ id, name, username: robotUsername(projectId, name), mayPush },
    workspaces: workspaces && [...workspaces],
    expiresAt: formatTime(record.expiresAt),
    disabled: record.disabledAt !== null,
    createdAt: formatTime(record.createdAt),
    lastUsedAt: formatTime(record.lastUsedAt),
  };
}

function secretBody(c: ApiContext, record: storage.RobotRecord, secret: string) {
  c.header('cache-control', 'no-store');
  return { ...robotBody(record), host: new URL(c.req.url).host, secret };
}
