import { z } from '@hono/zod-openapi';
import { checkPasswordRule } from '../auth/password-change.ts';
import { generateSecret, hashPassword } from '../auth/secrets.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import * as storage from '../storage/accounts/accounts.ts';
import { listMemberships, type MembershipRecord } from '../storage/accounts/memberships.ts';
import { findUser } from '../storage/accounts/users.ts';
import type { Database } from '../storage/database.ts';
import { nameTaken, notEmpty } from './conflict.ts';
import {
  generatedPassword,
  madeUser,
  newUser,
  user,
  userChange,
  userParams,
  usersQuery,
  userView,
} from './contracts/users.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { formatTime } from './http.ts';

const tags = ['Users'];
const ALL = '/users';
const ONE = `${ALL}/{userId}`;

export const listUsers = endpoint(
  'admin',
  {
    method: 'get',
    path: ALL,
    tags,
    summary: 'List the users of the platform by name',
    request: { query: usersQuery },
    responses: { 200: jsonResponse(pageOf(user), 'A page of users.') },
  },
  async (c) => {
    const { limit, cursor, q } = c.req.valid('query');
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, z.tuple([z.string()]));
    const found = await storage.listAccounts(c.var.services.db, q, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ name }) => [name]);
    return c.json({ items: items.map(userBody), next }, 200);
  },
);

export const createUser = endpoint(
  'admin-confirmed',
  {
    method: 'post',
    path: ALL,
    tags,
    summary: 'Create a user; a generated password is returned only once',
    request: { body: jsonBody(newUser) },
    responses: { 201: jsonResponse(madeUser, 'Created.') },
  },
  async (c) => {
    const { name, isAdmin, password: given } = c.req.valid('json');
    if (given !== undefined) checkPasswordRule(given, name, 'password');
    const password = given ?? generatePassword();
    const made = await storage.insertAccount(c.var.services.db, {
      name,
      isAdmin,
      passwordHash: await hashPassword(password),
      mustChangePassword: given === undefined,
      createdAt: Date.now(),
    });
    if (made === null) throw nameTaken(`user ${name}`);
    c.header('cache-control', 'no-store');
    return c.json({ ...userBody(made), password: given === undefined ? password : null }, 201);
  },
);

export const getUser = endpoint(
  'admin',
  {
    method: 'get',
    path: ONE,
    tags,
    summary: 'View a user with all project memberships',
    request: { params: userParams },
    responses: { 200: jsonResponse(userView, 'The user.') },
  },
  async (c) => {
    const { userId } = c.req.valid('param');
    const { db } = c.var.services;
    const found = await find(db, userId);
    const memberships = await listMemberships(db, userId);
    return c.json({ ...userBody(found), memberships: memberships.map(membershipBody) }, 200);
  },
);

export const changeUser = endpoint(
  {
    always: 'admin',
    also: [
      {
        asks: ({ isAdmin, disabled }: z.output<typeof userChange>) =>
          isAdmin === true || disabled === false,
        requires: 'admin-confirmed',
      },
    ],
  },
  {
    method: 'patch',
    path: ONE,
    tags,
    summary: 'Rename, disable or enable a user, or change whether the user is a cloud admin',
    description:
      'Disabling ends all sessions of the user within a minute and suspends the access tokens.',
    request: { params: userParams, body: jsonBody(userChange) },
    responses: { 200: jsonResponse(user, 'The user after the change.') },
  },
  async (c) => {
    const { userId } = c.req.valid('param');
    const change = c.req.valid('json');
    const { db } = c.var.services;
    const changed = await storage.updateAccount(db, userId, change, Date.now());
    const now = await find(db, userId);
    if (changed) return c.json(userBody(now), 200);
    const { name } = change;
    const taken = name !== undefined && name !== now.name && (await findUser(db, { name }));
    throw taken ? nameTaken(`user ${name}`) : new RegistryError('LAST_ADMIN');
  },
);

export const resetPassword = endpoint(
  'admin-confirmed',
  {
    method: 'post',
    path: `${ONE}/password-reset`,
    tags,
    summary: 'Reset a password to a generated one, to be changed at the next sign-in',
    description: 'Ends all sessions of the user and revokes all access tokens.',
    request: { params: userParams },
    responses: { 200: jsonResponse(generatedPassword, 'The password, returned only once, here.') },
  },
  async (c) => {
    const { userId } = c.req.valid('param');
    const password = generatePassword();
    const hash = await hashPassword(password);
    const reset = await storage.resetPassword(c.var.services.db, userId, hash, Date.now());
    if (!reset) throw notFound();
    c.header('cache-control', 'no-store');
    return c.json({ password }, 200);
  },
);

export const deleteUser = endpoint(
  'admin-session',
  {
    method: 'delete',
    path: ONE,
    tags,
    summary: 'Delete a user who has no project memberships, with all access tokens',
    request: { params: userParams },
    responses: { 204: { description: 'Deleted.' } },
  },
  async (c) => {
    const { userId } = c.req.valid('param');
    const { db } = c.var.services;
    if (await storage.deleteAccount(db, userId)) return c.body(null, 204);
    await find(db, userId);
    const memberships = await listMemberships(db, userId);
    if (memberships.length === 0) throw new RegistryError('LAST_ADMIN');
    const names = memberships.map(({ department, project }) => `${department}/${project}`);
    throw await notEmpty('projects', async (limit) => names.slice(0, limit));
  },
);

function generatePassword(): string {
  return generateSecret('pw_');
}

async function find(db: Database, id: number): Promise<storage.AccountRecord> {
  const found = await storage.findAccount(db, id);
  if (found === null) throw notFound();
  return found;
}

function notFound(): RegistryError {
  return new RegistryError('NOT_FOUND', 'there is no such user');
}

function userBody(account: storage.AccountRecord) {
  const { id, name, isAdmin, mustChangePassword, disabledAt, createdAt } = account;
  const disabled = disabledAt !== null;
  return { id, name, isAdmin, disabled, mustChangePassword, createdAt: formatTime(createdAt) };
}

function membershipBody(membership: MembershipRecord) {
  const { projectId, project, departmentId, department, role, createdAt } = membership;
  return {
    project: { id: projectId, name: project },
    department: { id: departmentId, name: department },
    role,
    since: formatTime(createdAt),
  };
}
