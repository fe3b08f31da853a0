import { z } from '@hono/zod-openapi';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import type { Role } from '../domain/roles.ts';
import * as storage from '../storage/accounts/members.ts';
import { findUser } from '../storage/accounts/users.ts';
import { type Database, refusalOf } from '../storage/database.ts';
import {
  member,
  memberChange,
  memberParams,
  membersQuery,
  newMember,
} from './contracts/members.ts';
import { projectParams } from './contracts/projects.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { type ApiContext, formatTime } from './http.ts';

const tags = ['Members'];
const ALL = '/projects/{projectId}/members';
const ONE = `${ALL}/{userId}`;

export const listMembers = endpoint(
  { action: 'workspace:view', on: 'project' },
  {
    method: 'get',
    path: ALL,
    tags,
    summary: 'List the members of a project by name',
    request: { params: projectParams, query: membersQuery },
    responses: { 200: jsonResponse(pageOf(member), 'A page of members.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, z.tuple([z.string()]));
    const { services, project } = c.var;
    const found = await storage.listMembers(services.db, project.id, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ name }) => [name]);
    return c.json({ items: items.map(memberBody), next }, 200);
  },
);

export const addMember = endpoint(
  { action: 'project:manage', on: 'project', confirmed: true },
  {
    method: 'post',
    path: ALL,
    tags,
    summary: 'Add a user, by name, to a project',
    request: { params: projectParams, body: jsonBody(newMember) },
    responses: { 201: jsonResponse(member, 'Added.') },
  },
  async (c) => {
    const { user: name, role } = c.req.valid('json');
    const { services, project } = c.var;
    const user = await findUser(services.db, { name });
    if (user === null) throw unknownUser(name);
    await insert(services.db, project.id, user, role);
    return c.json(memberBody(await find(services.db, project.id, user.id)), 201);
  },
);

async function insert(
  db: Database,
  projectId: number,
  { id, name }: { readonly id: number; readonly name: string },
  role: Role,
): Promise<void> {
  try {
    if (await storage.insertMember(db, projectId, id, role, Date.now())) return;
  } catch (error) {
    if (refusalOf(error) === 'foreign_key') throw unknownUser(name);
    throw error;
  }
  throw new RegistryError('NAME_TAKEN', `${name} is already a member`, { field: 'user' });
}

export const changeMember = endpoint(
  { action: 'project:manage', on: 'project', confirmed: true },
  {
    method: 'put',
    path: ONE,
    tags,
    summary: "Change a member's role; only a cloud admin can demote the last owner",
    request: { params: memberParams, body: jsonBody(memberChange) },
    responses: { 200: jsonResponse(member, 'Changed.') },
  },
  async (c) => {
    const { userId } = c.req.valid('param');
    const { role } = c.req.valid('json');
    const { services, project } = c.var;
    const { db } = services;
    const changed = await storage.updateMember(db, project.id, userId, role, isAdmin(c));
    const now = await find(db, project.id, userId);
    if (!changed) throw new RegistryError('LAST_OWNER');
    return c.json(memberBody(now), 200);
  },
);

export const removeMember = endpoint(
  { action: 'project:manage', on: 'project', confirmed: false },
  {
    method: 'delete',
    path: ONE,
    tags,
    summary: 'Remove a member; access ends within a minute',
    request: { params: memberParams },
    responses: { 204: { description: 'Removed.' } },
  },
  async (c) => {
    const { userId } = c.req.valid('param');
    const { services, project } = c.var;
    const removed = await storage.deleteMember(services.db, project.id, userId, isAdmin(c));
    if (removed) return c.body(null, 204);
    await find(services.db, project.id, userId);
    throw new RegistryError('LAST_OWNER');
  },
);

function isAdmin(c: ApiContext): boolean {
  const principal = c.var.principal;
  return principal.kind === 'user' && principal.isAdmin;
}

async function find(
  db: Database,
  projectId: number,
  userId: number,
): Promise<storage.MemberRecord> {
  const found = await storage.findMember(db, projectId, userId);
  if (found === null) throw new RegistryError('NOT_FOUND', 'the project has no such member');
  return found;
}

function memberBody({ userId, name, role, createdAt }: storage.MemberRecord) {
  return { user: { id: userId, name }, role, since: formatTime(createdAt) };
}

function unknownUser(name: string): RegistryError {
  return new RegistryError('FIELD_INVALID', `user: there is no user ${name}`, { field: 'user' });
}
