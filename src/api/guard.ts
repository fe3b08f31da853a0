import type { MiddlewareHandler } from 'hono';
import { accessProject, accessTrash, accessWorkspace } from '../auth/access.ts';
import { isAnonymousPullKnownOff } from '../auth/anonymous-pull.ts';
import { parseBasic, parseBearer } from '../auth/authenticate.ts';
import { endDecisionsAfter } from '../auth/decisions.ts';
import { limitFailures } from '../auth/failed-sign-ins.ts';
import { ANONYMOUS, formatSubject, type Principal, principalName } from '../auth/principal.ts';
import { resumeSession, type SignedIn } from '../auth/sessions.ts';
import { findTokenPrincipal, signIn } from '../auth/sign-in.ts';
import { noteTokenUse } from '../auth/token-use.ts';
import { RegistryError } from '../domain/errors.ts';
import type { Action } from '../domain/roles.ts';
import { readConfig } from '../env.ts';
import { clientAddress } from '../http/client-address.ts';
import { getRepository } from '../registry/images.ts';
import { openServices } from '../services.ts';
import { readSessionCookie } from './cookie.ts';
import type { ApiContext, ApiEnv } from './http.ts';

/**
 * What an endpoint requires before its handler runs:
 *
 * - `open`: nothing
 * - `signed-in`: a user, an access token or the credential of a project
 * - `person`: a user in a browser or with a password; `own-password`: also a user who must
 *   change the password first
 * - `admin`: a cloud admin
 * - `trash`: a principal who may delete the trash item that the path names
 * - an action on the project, workspace or image that the path names; with `open`, also
 *   for anonymous users where the permission table allows them
 */
export type EndpointAccess =
  | 'open'
  | 'signed-in'
  | 'person'
  | 'own-password'
  | 'admin'
  | 'trash'
  | {
      readonly action: Action;
      readonly on: 'project' | 'workspace' | 'image';
      readonly open?: true;
    };

/** Authorizes a request to an endpoint, and sets the variables that its handler needs. */
export function guard(access: EndpointAccess): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    c.set('config', readConfig(c.env));
    c.set('services', openServices(c.env));
    c.set('session', null);
    await setPrincipal(c);
    await authorize(c, access);
    // Open endpoints (signing in and out) change no one's rights.
    const mayChange = access !== 'open' && !SAFE.includes(c.req.method);
    await (mayChange ? endDecisionsAfter(next, () => c.executionCtx) : next());
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  };
}

async function setPrincipal(c: ApiContext): Promise<void> {
  const { services } = c.var;
  const header = c.req.header('authorization');
  if (header) {
    const principal = await authenticateHeader(c, header);
    c.set('principal', principal);
    noteTokenUse(services.db, formatSubject(principal), () => c.executionCtx);
    return;
  }
  const secret = readSessionCookie(c);
  const signedIn = secret ? await resume(c, secret) : null;
  c.set('principal', signedIn?.principal ?? ANONYMOUS);
  c.set('session', signedIn?.session ?? null);
  refuseOtherSites(c, secret !== undefined);
}

async function authenticateHeader(c: ApiContext, header: string): Promise<Principal> {
  const { config, services } = c.var;
  const basic = parseBasic(header);
  const address = clientAddress(c);
  if (basic) return await signIn(services, config, { ...basic, address });
  const secret = parseBearer(header);
  const shown = { secret: secret ?? '', address };
  return await limitFailures(services.failedSignIns, config, shown, async () => {
    const principal = secret ? await findTokenPrincipal(services.db, config, secret) : null;
    if (principal) return principal;
    throw new RegistryError('UNAUTHORIZED', 'the access token is invalid or has expired');
  });
}

/** The session of a cookie; null when it has ended. That counts as a failure. */
async function resume(c: ApiContext, secret: string): Promise<SignedIn | null> {
  const { config, services } = c.var;
  const shown = { secret, address: clientAddress(c) };
  try {
    return await limitFailures(services.failedSignIns, config, shown, async () => {
      const signedIn = await resumeSession(services.db, config, secret);
      if (signedIn) return signedIn;
      throw new RegistryError('UNAUTHORIZED');
    });
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'UNAUTHORIZED') return null;
    throw error;
  }
}

const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses changes that other sites request, since browsers send the cookie with those too. Browsers
 * name the origin of a request in headers that pages cannot set. A client that sends neither header
 * is no browser, and is allowed only without a cookie. (A sign-in by another site would leave users
 * working under someone else's account.)
 */
function refuseOtherSites(c: ApiContext, hasCookie: boolean): void {
  if (SAFE.includes(c.req.method)) return;
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  const own = origin === new URL(c.req.url).origin;
  if (site === 'same-origin' || (site === undefined && own)) return;
  if (!hasCookie && site === undefined && origin === undefined) return;
  throw new RegistryError('CROSS_SITE');
}

async function authorize(c: ApiContext, access: EndpointAccess): Promise<void> {
  if (access === 'open') return;
  const { principal } = c.var;
  const isOpen = typeof access === 'object' && access.open === true;
  if (principal.kind === 'anonymous' && (!isOpen || isAnonymousPullKnownOff())) {
    throw new RegistryError('UNAUTHORIZED', 'sign in first');
  }
  const person = principal.kind === 'user' && principal.tokenId === null;
  if ((access === 'person' || access === 'own-password') && !person) {
    throw new RegistryError('DENIED', 'this requires a user who signed in with a password');
  }
  if (access === 'own-password') return;
  if (c.var.session && principal.kind === 'user' && principal.mustChangePassword) {
    throw new RegistryError('PASSWORD_CHANGE_REQUIRED');
  }
  if (access === 'signed-in' || access === 'person') return;
  if (access === 'admin') {
    if (person && principal.isAdmin) return;
    throw new RegistryError('DENIED', 'this requires a cloud admin');
  }
  if (access === 'trash') {
    const { db } = c.var.services;
    c.set('trash', await accessTrash(db, principal, c.req.param('trashId') ?? ''));
    return;
  }
  await authorizeAction(c, principal, access.action, access.on);
}

async function authorizeAction(
  c: ApiContext,
  principal: Principal,
  action: Action,
  on: 'project' | 'workspace' | 'image',
): Promise<void> {
  const { services } = c.var;
  if (on === 'project') {
    const id = Number(c.req.param('projectId'));
    c.set('project', await accessProject(services.db, principal, id, action));
    return;
  }
  const name = c.req.param('workspace') ?? '';
  const workspace = await accessWorkspace(services.db, principal, name, action);
  c.set('workspace', workspace);
  if (on === 'workspace') return;
  const repository = await getRepository(services, workspace.name, c.req.param('image') ?? '');
  c.set('imageId', repository.imageId);
  const actor = principalName(principal);
  c.set('repo', { ...services, repository, actor, now: Date.now() });
}
