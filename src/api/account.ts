import { z } from '@hono/zod-openapi';
import { changePassword, confirmPassword } from '../auth/password-change.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import { clientAddress } from '../http/client-address.ts';
import {
  deleteOtherSessions,
  deleteSession,
  listSessions,
  type SessionRecord,
} from '../storage/accounts/sessions.ts';
import {
  accountSession,
  passwordChange,
  passwordConfirmation,
  sessionParams,
  sessionsQuery,
} from './contracts/account.ts';
import { dropSessionCookie } from './cookie.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { formatTime, requireUser } from './http.ts';

const tags = ['Account'];

export const setPassword = endpoint(
  'own-password',
  {
    method: 'put',
    path: '/account/password',
    tags,
    summary: 'Change my password; ends my other sessions and my docker logins',
    description: 'My access tokens stay valid, unless `endTokens` is set.',
    request: { body: jsonBody(passwordChange) },
    responses: { 204: { description: 'Changed.' } },
  },
  async (c) => {
    const { config, services, session } = c.var;
    const sessionId = session?.id ?? null;
    const change = { ...c.req.valid('json'), address: clientAddress(c), sessionId };
    await changePassword(services.db, config, requireUser(c), change);
    return c.body(null, 204);
  },
);

export const confirmMyPassword = endpoint(
  'person',
  {
    method: 'post',
    path: '/account/password/confirmation',
    tags,
    summary: 'Give my password again',
    description:
      'For 15 minutes it allows this session what is refused with `password-confirmation-required`.',
    request: { body: jsonBody(passwordConfirmation) },
    responses: { 204: { description: 'It is right.' } },
  },
  async (c) => {
    const { config, services, session } = c.var;
    const { password } = c.req.valid('json');
    const proof = { password, address: clientAddress(c), sessionId: session?.id ?? null };
    await confirmPassword(services.db, config, requireUser(c), proof);
    return c.body(null, 204);
  },
);

export const listAccountSessions = endpoint(
  'person',
  {
    method: 'get',
    path: '/account/sessions',
    tags,
    summary: 'List my sessions, newest first',
    request: { query: sessionsQuery },
    responses: { 200: jsonResponse(pageOf(accountSession), 'A page of sessions.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const [before] = cursor ? decodeCursor(cursor, z.tuple([z.int()])) : [Number.MAX_SAFE_INTEGER];
    const { db } = c.var.services;
    const found = await listSessions(db, requireUser(c).id, before, limit + 1, Date.now());
    const { items, next } = toPage(found, limit, ({ id }) => [id]);
    const currentId = c.var.session?.id;
    return c.json({ items: items.map((item) => sessionBody(item, currentId)), next }, 200);
  },
);

export const deleteAccountSessions = endpoint(
  'person',
  {
    method: 'delete',
    path: '/account/sessions',
    tags,
    summary: 'Sign out everywhere else',
    description: 'Docker logins and access tokens stay valid.',
    responses: { 204: { description: 'All other sessions ended.' } },
  },
  async (c) => {
    const { services, session } = c.var;
    await deleteOtherSessions(services.db, requireUser(c).id, session?.id ?? null);
    return c.body(null, 204);
  },
);

export const deleteAccountSession = endpoint(
  'person',
  {
    method: 'delete',
    path: '/account/sessions/{sessionId}',
    tags,
    summary: 'End one of my sessions, or this one',
    request: { params: sessionParams },
    responses: { 204: { description: 'Ended.' } },
  },
  async (c) => {
    const { sessionId } = c.req.valid('param');
    const ended = await deleteSession(c.var.services.db, requireUser(c).id, sessionId);
    if (!ended) throw new RegistryError('NOT_FOUND', 'you have no such session');
    if (c.var.session?.id === sessionId) dropSessionCookie(c);
    return c.body(null, 204);
  },
);

function sessionBody(session: SessionRecord, currentId: number | undefined) {
  const { id, createdAt, lastSeenAt, expiresAt, userAgent, address } = session;
  return {
    id,
    current: id === currentId,
    createdAt: formatTime(createdAt),
    lastSeenAt: formatTime(lastSeenAt),
    expiresAt: formatTime(expiresAt),
    userAgent,
    address,
  };
}
