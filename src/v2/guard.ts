import type { MiddlewareHandler } from 'hono';
import { accessRepository } from '../auth/access.ts';
import { isAnonymousPullKnownOff } from '../auth/anonymous-pull.ts';
import {
  authenticate,
  authenticateAndLookup,
  isAnonymous,
  readProof,
} from '../auth/authenticate.ts';
import { askNow, endDecisionsAfter } from '../auth/decisions.ts';
import { coversAction, requiredScope } from '../auth/grants.ts';
import {
  ANONYMOUS,
  type Identity,
  identityOf,
  type Principal,
  requireOwnPassword,
} from '../auth/principal.ts';
import { noteTokenUse } from '../auth/token-use.ts';
import { RegistryError } from '../domain/errors.ts';
import { formatRepositoryName, parseRepositoryName, type RepositoryName } from '../domain/names.ts';
import type { UnreservedAction } from '../domain/roles.ts';
import { formatScope } from '../domain/scopes.ts';
import { readConfig } from '../env.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Repository } from '../registry/context.ts';
import { NOTHING_FOUND, type RequestedContent } from '../registry/requested-content.ts';
import { openServices } from '../services.ts';
import { cacheDecision, findCachedDecision, type RepositoryRequest } from './cached-decisions.ts';
import type { V2Context, V2Env } from './http.ts';
import { limitAnonymous } from './limits.ts';
import { contentLookups, type Resource, readPathTarget, setPathTarget } from './path-target.ts';

/**
 * What a route asks for before its handler runs: an action on the repository in its path, or on
 * a resource in it, which one query then reads as it decides; a signed-in principal; or nothing.
 */
export type RouteAccess =
  | UnreservedAction
  | { readonly action: UnreservedAction; readonly on: Resource }
  | 'signed-in'
  | 'catalog'
  | 'open';

/** Percent signs that would change what a path means once it is decoded. */
const TRICKS = /%(?:2f|2e|5c|25|00)/i;

/** Decides access to a route, and leaves what its handler needs. */
export function guard(access: RouteAccess): MiddlewareHandler<V2Env> {
  return async (c, next) => {
    c.set('config', readConfig(c.env));
    c.set('services', openServices(c.env));
    if (access !== 'open') await authorize(c, access);
    const action = typeof access === 'object' ? access.action : access;
    if (action !== 'version:delete') return await next();
    await endDecisionsAfter(next, () => c.executionCtx);
  };
}

async function authorize(c: V2Context, access: Exclude<RouteAccess, 'open'>): Promise<void> {
  if (access === 'signed-in' || access === 'catalog') return await requireSignIn(c, access);
  if (typeof access === 'string') return await authorizeRepository(c, access, 'repository');
  await authorizeRepository(c, access.action, access.on);
}

async function authorizeRepository(
  c: V2Context,
  action: UnreservedAction,
  on: Resource,
): Promise<void> {
  if (TRICKS.test(new URL(c.req.url).pathname)) {
    throw new RegistryError('NAME_INVALID', 'write the path without percent signs');
  }
  const name = parseRepositoryName(c.req.param('name') ?? '');
  const repository = formatRepositoryName(name);
  c.set('challengeScope', formatScope(requiredScope(repository, action)));
  const proof = await readProof(
    c.var.services,
    c.var.config,
    c.req.header('authorization'),
    clientAddress(c),
  );
  const target = readPathTarget(c);
  const request = { proof, repository, on, target };
  const cached = findCachedDecision(c, request);
  if (cached?.repository) {
    setIdentity(c, cached);
    setRepositoryContext(c, cached.repository, { ...NOTHING_FOUND, blob: cached.blob });
  } else {
    if (isAnonymous(proof)) await admitAnonymous(c, request);
    await authorizeFromDatabase(c, request, name, action);
  }
  setPathTarget(c, target);
}

/**
 * Lets an anonymous request ask the database, unless no one but users may pull, or the client's
 * network has asked too often.
 * @throws RegistryError UNAUTHORIZED, UNAVAILABLE
 */
async function admitAnonymous(c: V2Context, { on, target }: RepositoryRequest): Promise<void> {
  if (isAnonymousPullKnownOff()) {
    setPrincipal(c, ANONYMOUS);
    throw new RegistryError('UNAUTHORIZED');
  }
  // Never blobs and reads by digest: a pull that has begun finishes.
  const isByTag = target.kind === 'reference' && target.reference.kind === 'tag';
  if (on === 'manifest' && isByTag) await limitAnonymous(c);
}

async function authorizeFromDatabase(
  c: V2Context,
  request: RepositoryRequest,
  name: RepositoryName,
  action: UnreservedAction,
): Promise<void> {
  const { services, config } = c.var;
  const askedAt = askNow();
  const lookups = contentLookups(c, request.on, request.target);
  const found = await authenticateAndLookup(services, config, request.proof, name, lookups);
  const { principal, scopes, mountScopes } = found.authentication;
  c.set('mountScopes', mountScopes);
  setPrincipal(c, principal);
  const repository = await accessRepository(services.db, principal, found.repository, name, action);
  if (!coversAction(scopes, request.repository, action)) throw new RegistryError('UNAUTHORIZED');
  cacheDecision(c, request, { repository, content: found.content, askedAt });
  setRepositoryContext(c, repository, found.content);
}

async function requireSignIn(c: V2Context, access: 'signed-in' | 'catalog'): Promise<void> {
  if (access === 'catalog') c.set('challengeScope', 'registry:catalog:*');
  const { services, config } = c.var;
  const header = c.req.header('authorization');
  const proof = await readProof(services, config, header, clientAddress(c));
  const { principal, scopes } = await authenticate(services, config, proof);
  setPrincipal(c, principal);
  const limited = scopes !== null && !scopes.some((scope) => scope.type === 'registry');
  if (principal.kind === 'anonymous' || (access === 'catalog' && limited)) {
    throw new RegistryError('UNAUTHORIZED');
  }
}

/** @throws RegistryError PASSWORD_CHANGE_REQUIRED */
function setPrincipal(c: V2Context, principal: Principal): void {
  requireOwnPassword(principal);
  c.set('principal', principal);
  setIdentity(c, identityOf(principal));
}

function setIdentity(c: V2Context, identity: Identity): void {
  c.set('identity', identity);
  const use = { address: clientAddress(c), context: () => c.executionCtx };
  noteTokenUse(c.var.services.db, identity.subject, use);
}

function setRepositoryContext(
  c: V2Context,
  repository: Repository,
  content: RequestedContent,
): void {
  const actor = c.var.identity.name;
  c.set('repo', { ...c.var.services, repository, actor, now: Date.now() });
  c.set('content', content);
}
