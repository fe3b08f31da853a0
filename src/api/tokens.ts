import { z } from '@hono/zod-openapi';
import { mayDo } from '../auth/permissions.ts';
import type { Principal } from '../auth/principal.ts';
import { generateSecret, hashSecret } from '../auth/secrets.ts';
import { ACCESS_TOKEN_PREFIX } from '../domain/accounts.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import { TOKEN_RIGHTS } from '../domain/roles.ts';
import type { Settings } from '../domain/settings.ts';
import { DAY_MS } from '../domain/time.ts';
import {
  type AccessTokenRecord,
  insertAccessToken,
  listAccessTokens,
  MAX_ACCESS_TOKENS,
  revokeAccessToken,
} from '../storage/accounts/access-tokens.ts';
import type { Database } from '../storage/database.ts';
import { readSettings } from '../storage/settings.ts';
import { findWorkspaces } from '../storage/workspaces/workspaces.ts';
import { nameTaken } from './conflict.ts';
import { accessToken, madeToken, newToken, tokenParams, tokensQuery } from './contracts/tokens.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { formatTime, requireUser } from './http.ts';

const tags = ['Access tokens'];
const ALL = '/account/tokens';

export const listTokens = endpoint(
  'person',
  {
    method: 'get',
    path: ALL,
    tags,
    summary: 'List my access tokens, newest first, including expired ones',
    request: { query: tokensQuery },
    responses: { 200: jsonResponse(pageOf(accessToken), 'A page of access tokens.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const [before] = cursor ? decodeCursor(cursor, z.tuple([z.int()])) : [Number.MAX_SAFE_INTEGER];
    const found = await listAccessTokens(c.var.services.db, requireUser(c).id, before, limit + 1);
    const { items, next } = toPage(found, limit, ({ id }) => [id]);
    return c.json({ items: items.map(tokenBody), next }, 200);
  },
);

export const createToken = endpoint(
  'person-confirmed',
  {
    method: 'post',
    path: ALL,
    tags,
    summary: 'Create an access token, for docker login with my user name or as Bearer for this API',
    description: `A user has at most ${MAX_ACCESS_TOKENS}.`,
    request: { body: jsonBody(newToken) },
    responses: { 201: jsonResponse(madeToken, 'Created; its secret is returned only once, here.') },
  },
  async (c) => {
    const { name, expiresAt, ...given } = c.req.valid('json');
    const { config, services } = c.var;
    const person = requireUser(c);
    const now = Date.now();
    const limits = {
      rights: TOKEN_RIGHTS.filter((right) => given.rights.includes(right)),
      workspaces: given.workspaces && [...new Set(given.workspaces)],
    };
    const end = parseEnd(expiresAt, now, await readSettings(services.db));
    const token = { name, limits, createdAt: now, expiresAt: end };
    await checkWorkspaces(services.db, person, limits.workspaces ?? []);
    const secret = generateSecret(ACCESS_TOKEN_PREFIX);
    const hash = hashSecret(config.credentialKey, secret);
    const id = await insertAccessToken(services.db, { ...token, userId: person.id, hash });
    if (id === 'name-taken') throw nameTaken(`token ${name} of yours`);
    if (id === 'too-many') throw tooMany();
    c.header('cache-control', 'no-store');
    return c.json({ ...tokenBody({ ...token, id, lastUsedAt: null }), secret }, 201);
  },
);

export const deleteToken = endpoint(
  'person',
  {
    method: 'delete',
    path: `${ALL}/{tokenId}`,
    tags,
    summary: 'Revoke an access token; ends its docker logins within a minute',
    request: { params: tokenParams },
    responses: { 204: { description: 'Revoked.' } },
  },
  async (c) => {
    const { tokenId } = c.req.valid('param');
    const { db } = c.var.services;
    const revoked = await revokeAccessToken(db, requireUser(c).id, tokenId, Date.now());
    if (!revoked) throw new RegistryError('NOT_FOUND', 'you have no such access token');
    return c.body(null, 204);
  },
);

function tooMany(): RegistryError {
  const message = `you have ${MAX_ACCESS_TOKENS} access tokens, the most there may be: revoke one first`;
  return new RegistryError('TOO_MANY_TOKENS', message);
}

/** @throws RegistryError FIELD_INVALID for a time in the past, and for one that is too far away */
function parseEnd(text: string | null, now: number, { tokenLifetimeDays }: Settings): number {
  const longest = now + tokenLifetimeDays * DAY_MS;
  if (text === null) return longest;
  const end = Date.parse(text);
  if (end > now && end <= longest) return end;
  const fault =
    end > now ? `at most ${tokenLifetimeDays} days from now` : 'this time is in the past';
  throw new RegistryError('FIELD_INVALID', `expiresAt: ${fault}`, { field: 'expiresAt' });
}

/** @throws RegistryError FIELD_INVALID naming a workspace that the person cannot see */
async function checkWorkspaces(
  db: Database,
  person: Principal,
  names: readonly string[],
): Promise<void> {
  const found = await findWorkspaces(db, names);
  for (const name of names) {
    const place = found.get(name);
    if (place && mayDo(person, place, 'image:pull')) continue;
    const message = `workspaces: ${name} does not exist, or is not open to you`;
    throw new RegistryError('FIELD_INVALID', message, { field: 'workspaces' });
  }
}

function tokenBody(token: Omit<AccessTokenRecord, 'userId' | 'revokedAt'>) {
  const { id, name, limits, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    name,
    rights: [...limits.rights],
    workspaces: limits.workspaces && [...limits.workspaces],
    createdAt: formatTime(createdAt),
    expiresAt: formatTime(expiresAt),
    lastUsedAt: formatTime(lastUsedAt),
  };
}
