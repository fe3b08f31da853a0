import type { MiddlewareHandler } from 'hono';
import { accessRepository } from '../auth/access.ts';
import { authenticate } from '../auth/authenticate.ts';
import { coversAction, requiredScope } from '../auth/grants.ts';
import { principalName } from '../auth/principal.ts';
import { noteTokenUse } from '../auth/token-use.ts';
import { RegistryError } from '../domain/errors.ts';
import { formatRepositoryName, parseRepositoryName } from '../domain/names.ts';
import type { Action } from '../domain/roles.ts';
import { formatScope } from '../domain/scopes.ts';
import { readConfig } from '../env.ts';
import { openPlatform } from '../registry/context.ts';
import { clientAddress, type V2Context, type V2Env } from './http.ts';

/**
 * What a route asks before its handler runs: an action on the repository in its path, a
 * signed-in principal, or nothing.
 */
export type Requirement = Action | 'signed-in' | 'catalog' | 'open';

/** Percent signs that would change what a path means once decoded. */
const TRICKS = /%(?:2f|2e|5c|25|00)/i;

/** Decides access for a route, and leaves what its handler needs. */
export function guard(requirement: Requirement): MiddlewareHandler<V2Env> {
  return async (c, next) => {
    c.set('config', readConfig(c.env));
    c.set('platform', openPlatform(c.env));
    if (requirement !== 'open') await decide(c, requirement);
    await next();
  };
}

async function decide(c: V2Context, requirement: Exclude<Requirement, 'open'>): Promise<void> {
  if (requirement === 'signed-in' || requirement === 'catalog') {
    return await requireSignIn(c, requirement);
  }
  if (TRICKS.test(new URL(c.req.url).pathname)) {
    throw new RegistryError('NAME_INVALID', 'write the path without percent signs');
  }
  const name = parseRepositoryName(c.req.param('name') ?? '');
  const full = formatRepositoryName(name);
  c.set('challengeScope', formatScope(requiredScope(full, requirement)));
  await signIn(c);
  const { platform, principal, scopes } = c.var;
  const repository = await accessRepository(platform.db, principal, name, requirement);
  if (!coversAction(scopes, full, requirement)) throw new RegistryError('UNAUTHORIZED');
  c.set('registry', {
    ...platform,
    repository,
    actor: principalName(principal),
    now: Date.now(),
  });
}

async function requireSignIn(c: V2Context, requirement: 'signed-in' | 'catalog'): Promise<void> {
  if (requirement === 'catalog') c.set('challengeScope', 'registry:catalog:*');
  await signIn(c);
  const { principal, scopes } = c.var;
  const limited = scopes !== null && !scopes.some((scope) => scope.type === 'registry');
  if (principal.kind === 'nobody' || (requirement === 'catalog' && limited)) {
    throw new RegistryError('UNAUTHORIZED');
  }
}

async function signIn(c: V2Context): Promise<void> {
  const { platform, config } = c.var;
  const header = c.req.header('authorization');
  const address = clientAddress(c);
  const { principal, scopes } = await authenticate(platform.db, config, header, address);
  c.set('principal', principal);
  c.set('scopes', scopes);
  noteTokenUse(platform.db, principal, () => c.executionCtx);
}
