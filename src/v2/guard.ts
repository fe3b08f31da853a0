import type { MiddlewareHandler } from 'hono';
import { accessRepository } from '../auth/access.ts';
import { isAnonymousPullKnownOff } from '../auth/anonymous-pull.ts';
import {
  authenticate,
  authenticateAndLookup,
  isAnonymous,
  type Proof,
  readProof,
} from '../auth/authenticate.ts';
import { askNow, type Decision, endDecisionsAfter } from '../auth/decisions.ts';
import { coversAction, requiredScope } from '../auth/grants.ts';
import { mayDo, standingIn } from '../auth/permissions.ts';
import { ANONYMOUS, type Principal } from '../auth/principal.ts';
import { signInServices } from '../auth/sign-in.ts';
import { RegistryError } from '../domain/errors.ts';
import {
  formatRepositoryName,
  isWorkspaceName,
  parseRepositoryName,
  type RepositoryName,
} from '../domain/names.ts';
import { PURPOSE_HEADER } from '../domain/pulls.ts';
import type { UnreservedAction } from '../domain/roles.ts';
import { formatScope } from '../domain/scopes.ts';
import { readConfig } from '../env.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Repository } from '../registry/context.ts';
import { NOTHING_FOUND } from '../registry/requested-content.ts';
import { openServices } from '../services.ts';
import { cacheDecision, findCachedDecision, type RepositoryRequest } from './cached-decisions.ts';
import { authenticateForCatalog } from './catalog.ts';
import type { V2Context, V2Env } from './http.ts';
import { limitAnonymous } from './limits.ts';
import { contentLookups, type Resource, readPathTarget, setPathTarget } from './path-target.ts';
import { readByDigest, rememberRead } from './reads-by-digest.ts';
import {
  setAdmission,
  setIdentity,
  setPrincipal,
  setRepositoryContext,
} from './request-context.ts';
import { readUploadClaims } from './upload-address.ts';

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
  const { action, on } =
    typeof access === 'string' ? { action: access, on: 'repository' as const } : access;
  try {
    await authorizeRepository(c, action, on);
  } catch (error) {
    throw c.req.raw.method === 'HEAD' ? refuseHead(c, on, error) : error;
  }
}

async function authorizeRepository(
  c: V2Context,
  action: UnreservedAction,
  on: Resource,
): Promise<void> {
  const { url } = c.req;
  if (url.includes('%') && TRICKS.test(new URL(url).pathname)) {
    throw new RegistryError('NAME_INVALID', 'write the path without percent signs');
  }
  const text = c.req.param('name') ?? '';
  c.set('challengeScope', formatScope(requiredScope(text, action)));
  // refuseHead answers those who are signed in.
  if (c.req.raw.method === 'HEAD' && isWorkspaceName(text)) await requireSignIn(c, 'signed-in');
  const name = parseRepositoryName(text);
  const repository = formatRepositoryName(name);
  const proof = await readClientProof(c);
  if (proof.kind === 'none') throw refuseAnonymous(c);
  const target = readPathTarget(c, on);
  const request = { proof, repository, on, target };
  if (on === 'upload') c.set('uploadClaims', await readUploadClaims(c));
  const cached = findCachedDecision(c, request);
  const decide = () => authorizeFromDatabase(c, request, name, action);
  const isDecided = cached !== null && (await authorizeFromDecision(c, request, cached));
  if (!isDecided) {
    if (isAnonymous(proof)) await admitAnonymous(c, request);
    await decide();
  }
  if (on === 'new manifest') setAdmission(c, !isDecided, decide);
  setPathTarget(c, target);
}

/**
 * Lets a request in by a decision made before, and reads the content it asks for, unless the decision
 * says where that is. False if the image was deleted meanwhile: then the database decides.
 */
async function authorizeFromDecision(
  c: V2Context,
  request: RepositoryRequest,
  decision: Decision,
): Promise<boolean> {
  const { on } = request;
  const { subject, stamp, epoch, name, endsAt, repository, standing, blob, askedAt } = decision;
  if (repository === null || standing === null) return false;
  const isRead = on !== 'upload' && on !== 'new manifest' && blob === null;
  const found = isRead
    ? await readByDigest(c, request, repository)
    : { content: { ...NOTHING_FOUND, blob }, askedAt };
  if (found === null) return false;
  const { content } = found;
  setIdentity(c, { subject, stamp, epoch, name, endsAt });
  if (content.manifest !== null) {
    // The keys of its blobs are as old as what was read.
    const oldest = found.askedAt.time < askedAt.time ? found.askedAt : askedAt;
    cacheDecision(c, request, { repository, content, standing, askedAt: oldest });
  }
  setRepositoryContext(c, repository, content, { askedAt, standing });
  return true;
}

async function readClientProof(c: V2Context): Promise<Proof> {
  const { services, config } = c.var;
  const header = c.req.header('authorization');
  const proof = await readProof(services, config, header, clientAddress(c));
  c.set('proof', proof);
  c.set('pullsOnly', proof.kind === 'token' && proof.claims.toPush !== true);
  return proof;
}

/**
 * The error of a HEAD in a place that is missing or not open to a client that is signed in: 404.
 * Most clients begin a push with HEAD, whose answer has no body. At any other status they stop, and
 * their users read a number; after 404 they send the request that is answered with the reason.
 * containerd begins a pull with HEAD of the manifest, and asks for the reason after 403 only.
 */
function refuseHead(c: V2Context, on: Resource, error: unknown): unknown {
  const isRefused =
    error instanceof RegistryError && (error.code === 'DENIED' || error.code === 'NAME_UNKNOWN');
  if (!isRefused || (on !== 'manifest' && on !== 'blob')) return error;
  return new RegistryError(on === 'manifest' && c.var.pullsOnly ? 'DENIED' : 'NAME_UNKNOWN');
}

/**
 * The error of a request that needs a token. Every client that shows nothing hears it, without a
 * look-up: whoever may pull without signing in gets a token that says so.
 */
function refuseAnonymous(c: V2Context): RegistryError {
  setPrincipal(c, ANONYMOUS);
  return new RegistryError('UNAUTHORIZED');
}

/**
 * Lets an anonymous request ask the database, unless no one but users may pull, or the client's
 * network has asked too often.
 * @throws RegistryError UNAUTHORIZED, UNAVAILABLE
 */
async function admitAnonymous(c: V2Context, { on, target }: RepositoryRequest): Promise<void> {
  if (isAnonymousPullKnownOff()) throw refuseAnonymous(c);
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
  const { config } = c.var;
  const askedAt = askNow();
  const lookups = contentLookups(c, request.on, request.target);
  const signIns = signInServices(c);
  const found = await authenticateAndLookup(signIns, config, request.proof, name, lookups);
  const { principal, scopes, mountScopes } = found.authentication;
  c.set('mountScopes', mountScopes);
  setPrincipal(c, principal);
  const repository = accessRepository(principal, found.repository, name, action);
  if (!coversAction(scopes, request.repository, action)) throw new RegistryError('UNAUTHORIZED');
  c.set('isForPush', isForPush(c, principal, repository));
  const decided = { askedAt, standing: standingIn(principal, repository.projectId) };
  const { content } = found;
  cacheDecision(c, request, { repository, content, ...decided });
  rememberRead(c, request, repository, { content, askedAt });
  setRepositoryContext(c, repository, content, decided);
}

/**
 * Whether a client says that it reads because it pushes, and may push. Its token need not cover that:
 * clients have one for each kind of access.
 */
function isForPush(c: V2Context, principal: Principal, repository: Repository): boolean {
  return c.req.header(PURPOSE_HEADER) === 'push' && mayDo(principal, repository, 'image:push');
}

async function requireSignIn(c: V2Context, access: 'signed-in' | 'catalog'): Promise<void> {
  if (access === 'catalog') c.set('challengeScope', 'registry:catalog:*');
  const proof = await readClientProof(c);
  const { principal, scopes } =
    access === 'catalog' && proof.kind === 'token'
      ? await authenticateForCatalog(c, proof)
      : await authenticate(signInServices(c), c.var.config, proof);
  setPrincipal(c, principal);
  const limited = scopes !== null && !scopes.some((scope) => scope.type === 'registry');
  if (principal.kind === 'anonymous' || (access === 'catalog' && limited)) {
    throw new RegistryError('UNAUTHORIZED');
  }
}
