import { z } from '@hono/zod-openapi';
import { issueTemporaryLogin } from '../auth/refresh-tokens.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import { temporaryLoginCommands } from '../domain/login-commands.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import { clientAddress } from '../http/client-address.ts';
import {
  deleteRefreshToken,
  listRefreshTokens,
  MAX_REFRESH_TOKENS,
} from '../storage/accounts/refresh-tokens.ts';
import { readSettings } from '../storage/settings.ts';
import {
  dockerLogin,
  dockerLoginParams,
  dockerLoginsQuery,
  newTemporaryLogin,
  temporaryLogin,
} from './contracts/docker-logins.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { formatTime, requireUser } from './http.ts';

const tags = ['Account'];
const ALL = '/account/docker-logins';

export const listDockerLogins = endpoint(
  'person',
  {
    method: 'get',
    path: ALL,
    tags,
    summary: 'List the docker logins made with my password and temporary logins, newest first',
    description: `A docker login holds a refresh token, not the password. It ends after 90 days at the
latest, with every change of the password, and when there are more than ${MAX_REFRESH_TOKENS}: the longest unused first.`,
    request: { query: dockerLoginsQuery },
    responses: { 200: jsonResponse(pageOf(dockerLogin), 'A page of docker logins.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const [before] = cursor ? decodeCursor(cursor, z.tuple([z.int()])) : [Number.MAX_SAFE_INTEGER];
    const { db } = c.var.services;
    const { id: userId, stamp } = requireUser(c);
    const found = await listRefreshTokens(db, { userId, stamp }, before, limit + 1, Date.now());
    const { items, next } = toPage(found, limit, ({ id }) => [id]);
    const body = items.map(({ id, createdAt, expiresAt, lastUsedAt, userAgent, address }) => ({
      id,
      createdAt: formatTime(createdAt),
      expiresAt: formatTime(expiresAt),
      lastUsedAt: formatTime(lastUsedAt),
      userAgent,
      address,
    }));
    return c.json({ items: body, next }, 200);
  },
);

export const createTemporaryLogin = endpoint(
  'person-confirmed',
  {
    method: 'post',
    path: ALL,
    tags,
    summary: 'Create a temporary login: commands that log a machine in with my rights for a while',
    description: `It takes the place of my password at the registry, and nowhere else. It is one of my docker logins,
and ends as they do.`,
    request: { body: jsonBody(newTemporaryLogin) },
    responses: {
      201: jsonResponse(temporaryLogin, 'Created; its secret is returned only once, here.'),
    },
  },
  async (c) => {
    const { config, services } = c.var;
    const user = requireUser(c);
    const { tokenLifetimeDays } = await readSettings(services.db);
    const lifetime = Math.min(c.req.valid('json').hours * HOUR_MS, tokenLifetimeDays * DAY_MS);
    const expiresAt = Date.now() + lifetime;
    const made = { expiresAt, address: clientAddress(c) };
    const { id, secret } = await issueTemporaryLogin(services.db, config, user, made);
    const { host, protocol } = new URL(c.req.url);
    const login = { host, username: user.name, secret };
    c.header('cache-control', 'no-store');
    const commands = temporaryLoginCommands({ ...login, isPlain: protocol === 'http:' });
    return c.json({ id, expiresAt: formatTime(expiresAt), ...login, commands }, 201);
  },
);

export const deleteDockerLogin = endpoint(
  'person',
  {
    method: 'delete',
    path: `${ALL}/{loginId}`,
    tags,
    summary: 'End a docker login, within a minute',
    request: { params: dockerLoginParams },
    responses: { 204: { description: 'Ended.' } },
  },
  async (c) => {
    const { loginId } = c.req.valid('param');
    const ended = await deleteRefreshToken(c.var.services.db, requireUser(c).id, loginId);
    if (!ended) throw new RegistryError('NOT_FOUND', 'you have no such docker login');
    return c.body(null, 204);
  },
);
