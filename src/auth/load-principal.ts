import { RegistryError } from '../domain/errors.ts';
import { robotLimits, robotUsername } from '../domain/robots.ts';
import type { Config } from '../env.ts';
import {
  type AccessTokenKey,
  type AccessTokenRecord,
  accessTokenLookup,
} from '../storage/accounts/access-tokens.ts';
import { type CredentialRecord, credentialLookup } from '../storage/accounts/projects.ts';
import { type RefreshTokenKey, refreshTokenLookup } from '../storage/accounts/refresh-tokens.ts';
import { type RobotKey, type RobotRecord, robotLookup } from '../storage/accounts/robots.ts';
import { type UserRecord, userLookup } from '../storage/accounts/users.ts';
import { type Lookup, mapLookup, pairLookups } from '../storage/lookups.ts';
import type { Viewer } from '../storage/workspaces/catalog.ts';
import { anonymousLookup } from './anonymous-pull.ts';
import { forgetDecisionsFor } from './decisions.ts';
import { type Principal, parseSubject } from './principal.ts';
import { fingerprint } from './secrets.ts';

type UserPrincipal = Principal & { kind: 'user' };
export type KnownPrincipal = Exclude<Principal, { kind: 'anonymous' }>;

/** A user as a principal; null when the account is disabled. */
export function userPrincipal(
  config: Config,
  user: UserRecord,
  token: AccessTokenRecord | null,
): UserPrincipal | null {
  if (user.disabled) return null;
  const { id, name, isAdmin, roles, mustChangePassword } = user;
  // An access token outlives a change of its owner's password: it is revoked by itself.
  const ends = token
    ? ['token', token.id, user.tokenEpoch]
    : ['user', id, user.tokenEpoch, user.passwordHash ?? config.adminPassword];
  return {
    kind: 'user',
    id,
    name,
    isAdmin,
    roles,
    // The platform's first password is generated, too.
    mustChangePassword: mustChangePassword || user.passwordHash === null,
    tokenId: token?.id ?? null,
    refreshTokenId: null,
    limits: token?.limits ?? null,
    endsAt: token?.expiresAt ?? null,
    inSession: false,
    stamp: fingerprint(config.credentialKey, JSON.stringify(ends)),
    epoch: user.tokenEpoch,
  };
}

/** The push credential of a project as a principal. */
export function credentialPrincipal(
  config: Config,
  projectId: number,
  { version, mayDelete }: CredentialRecord,
): KnownPrincipal {
  const stamp = fingerprint(config.credentialKey, `project:${projectId}:${version}`);
  const name = `project-${projectId}`;
  const unlimited = { robotId: null, limits: null, endsAt: null };
  return { kind: 'robot', projectId, name, mayDelete, ...unlimited, stamp, epoch: version };
}

/** The principal of a robot; null when it has expired, or is disabled. */
export function robotPrincipalLookup(config: Config, key: RobotKey): Lookup<KnownPrincipal | null> {
  return mapLookup(robotLookup(key), (robot) => robot && robotPrincipal(config, robot));
}

function robotPrincipal(config: Config, robot: RobotRecord): KnownPrincipal | null {
  const { id, projectId, name, epoch, expiresAt, disabledAt } = robot;
  if (disabledAt !== null || (expiresAt !== null && expiresAt <= Date.now())) return null;
  return {
    ...{ kind: 'robot', robotId: id, projectId, name: robotUsername(projectId, name) },
    ...{ mayDelete: false, limits: robotLimits(robot), endsAt: expiresAt },
    stamp: fingerprint(config.credentialKey, `robot:${id}:${epoch}`),
    epoch,
  };
}

/**
 * The principal of an access token; null when the token has expired or was revoked, or its owner
 * is disabled.
 */
export function tokenPrincipalLookup(
  config: Config,
  key: AccessTokenKey,
): Lookup<UserPrincipal | null> {
  const owner = userLookup({ accessToken: key });
  return pairLookups(accessTokenLookup(key), owner, (token, user) =>
    token && user && isInForce(token) ? userPrincipal(config, user, token) : null,
  );
}

function isInForce({ revokedAt, expiresAt }: AccessTokenRecord): boolean {
  return revokedAt === null && expiresAt > Date.now();
}

/**
 * The principal of a refresh token; null when it has expired or was ended, by itself or with the
 * password that made it, or its user is disabled.
 */
export function refreshPrincipalLookup(
  config: Config,
  key: RefreshTokenKey,
): Lookup<UserPrincipal | null> {
  const now = Date.now();
  const owner = userLookup({ refreshToken: key, now });
  return pairLookups(refreshTokenLookup(key, now), owner, (token, user) => {
    const principal = user && userPrincipal(config, user, null);
    if (!token || !principal || principal.stamp !== token.stamp) return null;
    return { ...principal, refreshTokenId: token.id, endsAt: token.expiresAt };
  });
}

/**
 * The principal that a signed token names, as it is now. What was signed ends with the account,
 * the password, the credential or the access token that it was signed for. Decisions for the same
 * identity end with it, so that a client that asks again gets a token that is good.
 * @throws RegistryError UNAUTHORIZED as it is read, when it has ended
 */
export function principalLookup(config: Config, subject: string, stamp: string): Lookup<Principal> {
  const { kind, id } = parseSubject(subject);
  if (kind === 'anonymous') return anonymousLookup();
  return mapLookup(subjectLookup(config, kind, id), (principal) => {
    if (principal?.stamp === stamp) return principal;
    forgetDecisionsFor({ subject, stamp });
    throw new RegistryError('UNAUTHORIZED', 'the token has ended: sign in again');
  });
}

/**
 * The viewer that a subject's principal is, so that the query that reads the principal also lists
 * what it sees; null for anonymous.
 */
export function viewerOf(subject: string): Viewer | null {
  const { kind, id } = parseSubject(subject);
  if (kind === 'token') return { user: { accessToken: { id } } };
  if (kind === 'user') return { user: { id } };
  if (kind === 'refresh') return { user: { refreshToken: { id }, now: Date.now() } };
  if (kind === 'robot') return { robot: id };
  if (kind !== 'project') return null;
  return { projectIds: [id], public: true, names: null };
}

function subjectLookup(config: Config, kind: string, id: number): Lookup<KnownPrincipal | null> {
  if (kind === 'token') return tokenPrincipalLookup(config, { id });
  if (kind === 'refresh') return refreshPrincipalLookup(config, { id });
  if (kind === 'user') {
    return mapLookup(userLookup({ id }), (user) => user && userPrincipal(config, user, null));
  }
  if (kind === 'robot') return robotPrincipalLookup(config, { id });
  return mapLookup(
    credentialLookup(id),
    (credential) => credential && credentialPrincipal(config, id, credential),
  );
}
