import { RegistryError } from '../domain/errors.ts';
import type { Config } from '../env.ts';
import {
  type AccessTokenKey,
  type AccessTokenRecord,
  accessTokenLookup,
} from '../storage/accounts/access-tokens.ts';
import { credentialVersionLookup } from '../storage/accounts/projects.ts';
import { type UserRecord, userLookup } from '../storage/accounts/users.ts';
import type { Database } from '../storage/database.ts';
import { known, type Lookup, lookUp, mapLookup, pairLookups } from '../storage/lookups.ts';
import { ANONYMOUS, type Principal } from './principal.ts';
import { endGrants } from './recent-grants.ts';
import { fingerprint } from './secrets.ts';

type UserPrincipal = Principal & { kind: 'user' };

/** A user as a principal; null when the account is disabled. */
export function userPrincipal(
  config: Config,
  user: UserRecord,
  token: AccessTokenRecord | null,
): UserPrincipal | null {
  if (user.disabled) return null;
  const { id, name, isAdmin, roles, mustChangePassword } = user;
  // A token outlives a change of its owner's password; it has an end of its own.
  const ends = token
    ? ['token', token.id, user.tokenEpoch]
    : ['user', id, user.tokenEpoch, user.passwordHash ?? config.adminPassword];
  return {
    kind: 'user',
    id,
    name,
    isAdmin,
    roles,
    // The platform's first password is a generated one, too.
    mustChangePassword: mustChangePassword || user.passwordHash === null,
    tokenId: token?.id ?? null,
    limits: token?.limits ?? null,
    stamp: fingerprint(config.credentialKey, JSON.stringify(ends)),
  };
}

export function projectPrincipal(config: Config, projectId: number, version: number): Principal {
  const stamp = fingerprint(config.credentialKey, `project:${projectId}:${version}`);
  return { kind: 'project', projectId, name: `project-${projectId}`, stamp };
}

/** Whose an access token is; null when it has expired, was revoked, or its owner is disabled. */
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
  return revokedAt === null && (expiresAt === null || expiresAt > Date.now());
}

/**
 * The principal a signed token names, as it stands now: what was signed ends with the account,
 * the password, the credential or the access token it was given for. Null: it has ended.
 */
export function principalLookup(
  config: Config,
  subject: string,
  stamp: string,
): Lookup<Principal | null> {
  if (subject === 'anonymous') return known(ANONYMOUS);
  return mapLookup(subjectLookup(config, subject), (principal) =>
    principal && 'stamp' in principal && principal.stamp === stamp ? principal : null,
  );
}

function subjectLookup(config: Config, subject: string): Lookup<Principal | null> {
  const [kind, text] = subject.split(':');
  const id = Number(text);
  if (kind === 'token') return tokenPrincipalLookup(config, { id });
  if (kind === 'user') {
    return mapLookup(userLookup({ id }), (user) => user && userPrincipal(config, user, null));
  }
  return mapLookup(credentialVersionLookup(id), (version) =>
    version === null ? null : projectPrincipal(config, id, version),
  );
}

/**
 * As principalLookup, read alone.
 * @throws RegistryError UNAUTHORIZED
 */
export async function loadPrincipal(
  db: Database,
  config: Config,
  subject: string,
  stamp: string,
): Promise<Principal> {
  const lookups = { principal: principalLookup(config, subject, stamp) };
  const { principal } = await lookUp(db, lookups);
  if (principal === null) throw endToken();
  return principal;
}

/**
 * The error for a token whose principal has changed since it was signed. What was granted lately
 * is as old: the client that asks again is to have a token that is good.
 */
export function endToken(): RegistryError {
  endGrants();
  return new RegistryError('UNAUTHORIZED', 'the token has ended: sign in again');
}
