import { z } from '@hono/zod-openapi';
import { visibleProjects } from '../auth/permissions.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import * as storage from '../storage/accounts/departments.ts';
import { type Database, refusalOf } from '../storage/database.ts';
import { nameTaken, notEmpty } from './conflict.ts';
import {
  department,
  departmentFields,
  departmentParams,
  departmentsQuery,
} from './contracts/departments.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { formatTime } from './http.ts';

const tags = ['Departments'];
const ONE = '/departments/{departmentId}';

export const listDepartments = endpoint(
  'signed-in',
  {
    method: 'get',
    path: '/departments',
    tags,
    summary: 'List the departments of my projects by name, or all for a cloud admin',
    request: { query: departmentsQuery },
    responses: { 200: jsonResponse(pageOf(department), 'A page of departments.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, z.tuple([z.string()]));
    const { services, principal } = c.var;
    const seen = visibleProjects(principal);
    const found = await storage.listDepartments(services.db, seen, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ name }) => [name]);
    return c.json({ items: items.map(departmentBody), next }, 200);
  },
);

export const createDepartment = endpoint(
  'admin',
  {
    method: 'post',
    path: '/departments',
    tags,
    summary: 'Create a department',
    request: { body: jsonBody(departmentFields) },
    responses: { 201: jsonResponse(department, 'Created.') },
  },
  async (c) => {
    const { name } = c.req.valid('json');
    const made = await storage.insertDepartment(c.var.services.db, name, Date.now());
    if (made === null) throw nameTaken(`department ${name}`);
    return c.json(departmentBody(made), 201);
  },
);

export const getDepartment = endpoint(
  'signed-in',
  {
    method: 'get',
    path: ONE,
    tags,
    summary: 'View a department of one of my projects',
    request: { params: departmentParams },
    responses: { 200: jsonResponse(department, 'The department.') },
  },
  async (c) => {
    const { departmentId } = c.req.valid('param');
    const { services, principal } = c.var;
    const seen = visibleProjects(principal);
    const found = await storage.findDepartment(services.db, seen, departmentId);
    if (found === null) throw notFound();
    return c.json(departmentBody(found), 200);
  },
);

export const renameDepartment = endpoint(
  'admin',
  {
    method: 'patch',
    path: ONE,
    tags,
    summary: 'Rename a department',
    request: { params: departmentParams, body: jsonBody(departmentFields) },
    responses: { 200: jsonResponse(department, 'Renamed.') },
  },
  async (c) => {
    const { departmentId } = c.req.valid('param');
    const { name } = c.req.valid('json');
    const { db } = c.var.services;
    const renamed = await storage.renameDepartment(db, departmentId, name);
    if (renamed) return c.json(departmentBody(renamed), 200);
    const there = await storage.findDepartment(db, 'all', departmentId);
    throw there ? nameTaken(`department ${name}`) : notFound();
  },
);

export const deleteDepartment = endpoint(
  'admin-session',
  {
    method: 'delete',
    path: ONE,
    tags,
    summary: 'Delete a department that has no projects',
    request: { params: departmentParams },
    responses: { 204: { description: 'Deleted.' } },
  },
  async (c) => {
    const { departmentId } = c.req.valid('param');
    if (!(await deleteEmpty(c.var.services.db, departmentId))) throw notFound();
    return c.body(null, 204);
  },
);

async function deleteEmpty(db: Database, id: number): Promise<boolean> {
  try {
    return await storage.deleteDepartment(db, id);
  } catch (error) {
    if (refusalOf(error) !== 'foreign_key') throw error;
    const inside = (limit: number) => storage.listProjectNames(db, id, limit);
    throw await notEmpty('projects', inside);
  }
}

function departmentBody({ id, name, createdAt }: storage.DepartmentRecord) {
  return { id, name, createdAt: formatTime(createdAt) };
}

function notFound(): RegistryError {
  return new RegistryError('NOT_FOUND', 'there is no such department, or it is not open to you');
}
