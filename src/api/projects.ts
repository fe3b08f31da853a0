import { z } from '@hono/zod-openapi';
import { visibleProjects } from '../auth/permissions.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import * as storage from '../storage/accounts/projects.ts';
import { type Database, refusalOf } from '../storage/database.ts';
import { nameTaken, notEmpty } from './conflict.ts';
import {
  newProject,
  project,
  projectChange,
  projectParams,
  projectsQuery,
} from './contracts/projects.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { formatTime } from './http.ts';

const tags = ['Projects'];
const ONE = '/projects/{projectId}';

export const listProjects = endpoint(
  'signed-in',
  {
    method: 'get',
    path: '/projects',
    tags,
    summary: 'List my projects by name, or all for a cloud admin',
    request: { query: projectsQuery },
    responses: { 200: jsonResponse(pageOf(project), 'A page of projects.') },
  },
  async (c) => {
    const { limit, cursor, department } = c.req.valid('query');
    const key = z.tuple([z.string(), z.int()]);
    const after = cursor === undefined ? (['', 0] as const) : decodeCursor(cursor, key);
    const { services, principal } = c.var;
    const filter = {
      projectIds: visibleProjects(principal),
      departmentId: department ?? null,
    };
    const found = await storage.listProjects(services.db, filter, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ name, id }) => [name, id]);
    return c.json({ items: items.map(projectBody), next }, 200);
  },
);

export const createProject = endpoint(
  'admin',
  {
    method: 'post',
    path: '/projects',
    tags,
    summary: 'Create a project in a department',
    request: { body: jsonBody(newProject) },
    responses: { 201: jsonResponse(project, 'Created.') },
  },
  async (c) => {
    const { departmentId, name } = c.req.valid('json');
    const { db } = c.var.services;
    const id = await insert(db, departmentId, name);
    return c.json(projectBody(await find(db, id)), 201);
  },
);

async function insert(db: Database, departmentId: number, name: string): Promise<number> {
  try {
    const id = await storage.insertProject(db, departmentId, name, Date.now());
    if (id === null) throw nameTaken(`project ${name} in this department`);
    return id;
  } catch (error) {
    if (refusalOf(error) !== 'foreign_key') throw error;
    const field = 'departmentId';
    throw new RegistryError('FIELD_INVALID', `${field}: there is no such department`, { field });
  }
}

export const getProject = endpoint(
  { action: 'workspace:view', on: 'project' },
  {
    method: 'get',
    path: ONE,
    tags,
    summary: 'View a project',
    request: { params: projectParams },
    responses: { 200: jsonResponse(project, 'The project.') },
  },
  (c) => c.json(projectBody(c.var.project), 200),
);

export const changeProject = endpoint(
  {
    always: { action: 'project:manage', on: 'project', confirmed: false },
    also: [
      {
        asks: ({ robotDeletes, ownersOnly }: z.output<typeof projectChange>) =>
          robotDeletes !== undefined || ownersOnly !== undefined,
        requires: { action: 'project:protect', on: 'project', confirmed: false },
      },
      {
        // The one gives its robot a right, the other its developers.
        asks: ({ robotDeletes, ownersOnly }: z.output<typeof projectChange>) =>
          robotDeletes === true || ownersOnly === false,
        requires: { action: 'project:protect', on: 'project', confirmed: true },
      },
    ],
  },
  {
    method: 'patch',
    path: ONE,
    tags,
    summary: 'Rename a project, or set what is reserved to its owners and what its robot may do',
    description: 'Takes a browser session, except to rename it.',
    request: { params: projectParams, body: jsonBody(projectChange) },
    responses: { 200: jsonResponse(project, 'The project after the change.') },
  },
  async (c) => {
    const { id } = c.var.project;
    const change = c.req.valid('json');
    const { db } = c.var.services;
    const changed = await storage.updateProject(db, id, change);
    const now = await find(db, id);
    if (!changed) throw nameTaken(`project ${change.name} in department ${now.department}`);
    return c.json(projectBody(now), 200);
  },
);

export const deleteProject = endpoint(
  'admin-session',
  {
    method: 'delete',
    path: ONE,
    tags,
    summary: 'Delete a project that has no workspaces, not even in the trash',
    request: { params: projectParams },
    responses: { 204: { description: 'Deleted.' } },
  },
  async (c) => {
    const { projectId } = c.req.valid('param');
    if (!(await deleteEmpty(c.var.services.db, projectId))) throw notFound();
    return c.body(null, 204);
  },
);

async function deleteEmpty(db: Database, id: number): Promise<boolean> {
  try {
    return await storage.deleteProject(db, id);
  } catch (error) {
    if (refusalOf(error) !== 'foreign_key') throw error;
    throw await notEmpty('workspaces', (limit) => storage.listWorkspaceNames(db, id, limit));
  }
}

async function find(db: Database, id: number): Promise<storage.ProjectRecord> {
  const found = await storage.findProject(db, id);
  if (found === null) throw notFound();
  return found;
}

function projectBody(project: storage.ProjectRecord) {
  const { id, name, departmentId, department, robotDeletes, ownersOnly, createdAt } = project;
  return {
    id,
    name,
    department: { id: departmentId, name: department },
    robotDeletes,
    ownersOnly,
    createdAt: formatTime(createdAt),
  };
}

function notFound(): RegistryError {
  return new RegistryError('NOT_FOUND', 'there is no such project, or it is not open to you');
}
