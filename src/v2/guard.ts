import type { MiddlewareHandler } from 'hono';
import { accessRepository } from '../auth/access.ts';
import {
  type Authentication,
  authenticate,
  type Proof,
  readProof,
  readRepository,
} from '../auth/authenticate.ts';
import { coversAction, requiredScope } from '../auth/grants.ts';
import { principalName } from '../auth/principal.ts';
import { endPasses, findPass, givePasses } from '../auth/pull-passes.ts';
import { findPushPass, givePushPass } from '../auth/push-passes.ts';
import { noteTokenUse } from '../auth/token-use.ts';
import { RegistryError } from '../domain/errors.ts';
import { formatRepositoryName, parseRepositoryName, type RepositoryName } from '../domain/names.ts';
import type { Action } from '../domain/roles.ts';
import { formatScope } from '../domain/scopes.ts';
import { readConfig } from '../env.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Repository } from '../registry/context.ts';
import { type Content, NOTHING_FOUND } from '../registry/requested-content.ts';
import { openServices } from '../services.ts';
import type { V2Context, V2Env } from './http.ts';
import {
  contentLookups,
  type PathTarget,
  type Resource,
  readPathTarget,
  setPathTarget,
} from './path-target.ts';

/**
 * What a route asks for before its handler runs: an action on the repository in its path, or on
 * a resource in it, which one query then reads as it decides; a signed-in principal; or nothing.
 */
export type Requirement =
  | Action
  | { readonly action: Action; readonly on: Resource }
  | 'signed-in'
  | 'catalog'
  | 'open';

/** Percent signs that would change what a path means once decoded. */
const TRICKS = /%(?:2f|2e|5c|25|00)/i;

/** Decides access for a route, and leaves what its handler needs. */
export function guard(requirement: Requirement): MiddlewareHandler<V2Env> {
  return async (c, next) => {
    c.set('config', readConfig(c.env));
    c.set('services', openServices(c.env));
    if (requirement !== 'open') await decide(c, requirement);
    await next();
  };
}

async function decide(c: V2Context, requirement: Exclude<Requirement, 'open'>): Promise<void> {
  if (requirement === 'signed-in' || requirement === 'catalog') {
    return await requireSignIn(c, requirement);
  }
  if (typeof requirement === 'string') return await decideOn(c, requirement, 'repository');
  await decideOn(c, requirement.action, requirement.on);
}

async function decideOn(c: V2Context, action: Action, on: Resource): Promise<void> {
  if (TRICKS.test(new URL(c.req.url).pathname)) {
    throw new RegistryError('NAME_INVALID', 'write the path without percent signs');
  }
  const name = parseRepositoryName(c.req.param('name') ?? '');
  const full = formatRepositoryName(name);
  c.set('challengeScope', formatScope(requiredScope(full, action)));
  const proof = await readProof(c.var.config, c.req.header('authorization'), clientAddress(c));
  const target = readPathTarget(c);
  const known = recall(c, proof, full, on, target);
  if (known) {
    noteWho(c, known);
    leave(c, known.repository, known.content);
  } else {
    await decideByDatabase(c, proof, name, action, on, target);
  }
  setPathTarget(c, target);
}

/** What a token was let do a moment ago decides about what comes right behind it. */
function recall(
  c: V2Context,
  proof: Proof,
  repository: string,
  on: Resource,
  target: PathTarget,
): Known | null {
  if (proof.kind !== 'token') return null;
  if (on === 'upload') {
    // It reads what may be elsewhere, where the principal's rights may have ended.
    if (c.req.queries('mount') !== undefined) return null;
    const pass = findPushPass(proof.token, repository, Date.now());
    return pass && { ...pass, content: NOTHING_FOUND };
  }
  const isGet = c.req.raw.method === 'GET';
  if (on !== 'blob' || !isGet || target.kind !== 'digest') return null;
  const pass = findPass(proof.token, repository, target.digest, Date.now());
  return pass && { ...pass, content: { ...NOTHING_FOUND, blob: pass.blob } };
}

/** A decision, with what it was about. */
interface Known extends Authentication {
  readonly repository: Repository;
  readonly content: Content;
}

async function decideByDatabase(
  c: V2Context,
  proof: Proof,
  name: RepositoryName,
  action: Action,
  on: Resource,
  target: PathTarget,
): Promise<void> {
  const { services, config } = c.var;
  const decidedAt = Date.now();
  const lookups = contentLookups(c, on, target);
  const found = await readRepository(services.db, config, proof, name, lookups);
  const { authentication, content } = found;
  noteWho(c, authentication);
  const { principal, scopes } = authentication;
  const repository = await accessRepository(services.db, principal, found.repository, name, action);
  const full = formatRepositoryName(name);
  if (!coversAction(scopes, full, action)) throw new RegistryError('UNAUTHORIZED');
  if (proof.kind === 'token') {
    const decision = { ...authentication, repository, decidedAt };
    // One in the trash names blobs that may have been deleted since.
    if (content.manifest !== null) givePasses(proof.token, full, decision, content.blobs);
    if (on === 'upload') givePushPass(proof.token, full, decision);
  }
  if (action === 'image:delete') endPasses(full);
  leave(c, repository, content);
}

/** Leaves what was decided about for the handler. */
function leave(c: V2Context, repository: Repository, content: Content): void {
  const actor = principalName(c.var.principal);
  c.set('repo', { ...c.var.services, repository, actor, now: Date.now() });
  c.set('content', content);
}

async function requireSignIn(c: V2Context, requirement: 'signed-in' | 'catalog'): Promise<void> {
  if (requirement === 'catalog') c.set('challengeScope', 'registry:catalog:*');
  const { services, config } = c.var;
  const proof = await readProof(config, c.req.header('authorization'), clientAddress(c));
  const { principal, scopes } = await authenticate(services.db, config, proof);
  noteWho(c, { principal, scopes });
  const limited = scopes !== null && !scopes.some((scope) => scope.type === 'registry');
  if (principal.kind === 'anonymous' || (requirement === 'catalog' && limited)) {
    throw new RegistryError('UNAUTHORIZED');
  }
}

function noteWho(c: V2Context, { principal, scopes }: Authentication): void {
  c.set('principal', principal);
  c.set('scopes', scopes);
  noteTokenUse(c.var.services.db, principal, () => c.executionCtx);
}
