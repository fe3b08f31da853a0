import type { MiddlewareHandler } from 'hono';
import { accessProject, accessTrash, accessWorkspace } from '../auth/access.ts';
import { anonymousLookup, isAnonymousPullKnownOff } from '../auth/anonymous-pull.ts';
import { parseBasic, parseBearer } from '../auth/authenticate.ts';
import { endDecisionsAfter } from '../auth/decisions.ts';
import { limitFailures } from '../auth/failed-sign-ins.ts';
import { requireConfirmedPassword } from '../auth/password-change.ts';
import {
  ANONYMOUS,
  formatSubject,
  type Principal,
  principalName,
  requireOwnPassword,
} from '../auth/principal.ts';
import { resumeSession, type SignedIn } from '../auth/sessions.ts';
import { findTokenPrincipal, signIn, signInServices } from '../auth/sign-in.ts';
import { noteTokenUse } from '../auth/token-use.ts';
import { RegistryError } from '../domain/errors.ts';
import type { Action } from '../domain/roles.ts';
import { readConfig } from '../env.ts';
import { clientAddress } from '../http/client-address.ts';
import { isSafe } from '../http/safe-method.ts';
import { getRepository } from '../registry/images.ts';
import { tellTriggersOf } from '../registry/triggers.ts';
import { openServices } from '../services.ts';
import { runLookups } from '../storage/lookups.ts';
import { readSessionCookie } from './cookie.ts';
import { refuseOtherSites } from './cross-site.ts';
import type { ApiContext, ApiEnv } from './http.ts';

/** Actions that can hand out a right that outlives the session. */
type GrantingAction = 'project:manage' | 'project:protect' | 'workspace:publish' | 'trigger:manage';

/** An action on the project, workspace or image that the path names. */
type ActionAccess = {
  readonly on: 'project' | 'workspace' | 'image';
  /** Also for anonymous users, where the permission table allows them. */
  readonly open?: true;
} & (
  | { readonly action: Exclude<Action, GrantingAction>; readonly confirmed?: false }
  | {
      readonly action: GrantingAction;
      /** Whether a user in a browser has to have given the password lately. */
      readonly confirmed: boolean;
    }
);

/**
 * What an endpoint requires:
 *
 * - `open`: nothing
 * - `client`: a user, an access token, or a robot or the push credential of a project; `signed-in`:
 *   neither of the last two
 * - `person`: a user in a browser or with a password; `own-password`: also a user who must
 *   change the password first; `person-confirmed`: one who gave the password lately
 * - `admin`: a cloud admin; `admin-session`: one who is signed in to the console; each of them
 *   also `-confirmed`: one who gave the password lately
 * - `trash`: a principal who may delete the trash item that the path names; `purge`: for good
 * - an action that the permission table allows
 *
 * Whatever makes or raises a credential or a right that outlives the session, or hands one out, is
 * confirmed: a session left open, or stolen, must not be turned into lasting access.
 */
export type Requirement =
  | 'open'
  | 'client'
  | 'signed-in'
  | 'person'
  | 'person-confirmed'
  | 'own-password'
  | 'admin'
  | 'admin-confirmed'
  | 'admin-session'
  | 'admin-session-confirmed'
  | 'trash'
  | 'purge'
  | ActionAccess;

/** What a request requires in addition, when its body asks for more. */
export interface BodyRequirement {
  /** Given the body, after its validation. */
  readonly asks: (body: never, c: ApiContext) => boolean;
  readonly requires: Requirement;
}

/** What an endpoint requires before its handler runs, and what some bodies require in addition. */
export type EndpointAccess =
  | Requirement
  | { readonly always: Requirement; readonly also: readonly BodyRequirement[] };

/** What an endpoint requires of every request. */
export function requirementOf(access: EndpointAccess): Requirement {
  return typeof access === 'object' && 'always' in access ? access.always : access;
}

/** Authorizes a request to an endpoint, and sets the variables that its handler needs. */
export function guard(access: Requirement): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    c.set('config', readConfig(c.env));
    c.set('services', openServices(c.env));
    c.set('session', null);
    await setPrincipal(c);
    await authorize(c, access);
    // Open endpoints (signing in and out) change no one's rights.
    const mayChange = access !== 'open' && !isSafe(c);
    await (mayChange ? endDecisionsAfter(next, () => c.executionCtx) : next());
    if (mayChange) wakeTriggersOfPlace(c);
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  };
}

/** What happened in the project of a request may be what its triggers wait for. */
function wakeTriggersOfPlace(c: ApiContext): void {
  const { services, project, workspace } = c.var as Partial<ApiContext['var']>;
  const projectId = project?.id ?? workspace?.projectId;
  if (services === undefined || projectId === undefined || !c.res.ok) return;
  c.executionCtx.waitUntil(tellTriggersOf(services, { projectId }));
}

async function setPrincipal(c: ApiContext): Promise<void> {
  const { services } = c.var;
  const header = c.req.header('authorization');
  if (header) {
    const principal = await authenticateHeader(c, header);
    c.set('principal', principal);
    const use = { address: clientAddress(c), context: () => c.executionCtx };
    noteTokenUse(services.db, formatSubject(principal), use);
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
  if (basic) {
    const given = { ...basic, address };
    return refuseTemporary(await signIn(signInServices(c), config, given));
  }
  const secret = parseBearer(header);
  const shown = { secret: secret ?? '', address };
  return await limitFailures(services.failedSignIns, config, shown, async () => {
    const principal = secret ? await findTokenPrincipal(services.db, config, secret) : null;
    if (principal) return principal;
    throw new RegistryError('UNAUTHORIZED', 'the access token is invalid or has expired');
  });
}

/** @throws RegistryError DENIED for a temporary login, which is for the registry alone */
function refuseTemporary(principal: Principal): Principal {
  if (principal.kind !== 'user' || principal.refreshTokenId === null) return principal;
  throw new RegistryError('DENIED', 'a temporary login only pulls and pushes: sign in as a user');
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

/** Authorizes what the body of a request, which is valid, asks for in addition. */
export async function authorizeBody(
  c: ApiContext,
  also: readonly BodyRequirement[],
  body: unknown,
): Promise<void> {
  for (const { asks, requires } of also) {
    if (asks(body as never, c)) await authorize(c, requires);
  }
}

async function authorize(c: ApiContext, access: Requirement): Promise<void> {
  if (access === 'open') return;
  if (c.var.principal.kind === 'anonymous') await admitAnonymous(c, access);
  const { principal } = c.var;
  if (access === 'own-password') return void requirePerson(principal);
  requireOwnPassword(principal);
  if (typeof access === 'string') return await authorizePrincipal(c, principal, access);
  await authorizeAction(c, principal, access.action, access.on);
  if (access.confirmed) requireConfirmation(c);
}

/** @throws RegistryError UNAUTHORIZED, unless an endpoint is open and anonymous users may pull */
async function admitAnonymous(c: ApiContext, access: Requirement): Promise<void> {
  const isOpen = typeof access === 'object' && access.open === true;
  if (isOpen && !isAnonymousPullKnownOff()) {
    const { anonymous } = await runLookups(c.var.services.db, { anonymous: anonymousLookup() });
    c.set('principal', anonymous);
    return;
  }
  throw new RegistryError('UNAUTHORIZED', 'sign in first');
}

async function authorizePrincipal(
  c: ApiContext,
  principal: Principal,
  access: Exclude<Requirement, 'open' | 'own-password' | ActionAccess>,
): Promise<void> {
  if (access === 'client') return;
  if (access === 'trash' || access === 'purge') {
    const to = access === 'trash' ? 'restore' : 'purge';
    const { db } = c.var.services;
    c.set('trash', await accessTrash(db, principal, c.req.param('trashId') ?? '', to));
    return;
  }
  if (access === 'signed-in') {
    if (principal.kind !== 'robot') return;
    throw new RegistryError(
      'DENIED',
      'robots and push credentials only pull and push: sign in as a user',
    );
  }
  if (access === 'person') return void requirePerson(principal);
  if (access === 'person-confirmed') {
    requirePerson(principal);
    return requireConfirmation(c);
  }
  if (!requirePerson(principal).isAdmin) {
    throw new RegistryError('DENIED', 'this requires a cloud admin');
  }
  if (access.startsWith('admin-session') && c.var.session === null) {
    throw new RegistryError('SESSION_REQUIRED');
  }
  if (access.endsWith('-confirmed')) requireConfirmation(c);
}

/** Basic carries the password with every request; only a session may be old. */
function requireConfirmation(c: ApiContext): void {
  if (c.var.session) requireConfirmedPassword(c.var.session);
}

/** @throws RegistryError DENIED for a token, a robot and a push credential */
function requirePerson(principal: Principal): Principal & { kind: 'user' } {
  if (principal.kind === 'user' && principal.tokenId === null) return principal;
  throw new RegistryError('DENIED', 'this requires a user who signed in with a password');
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
