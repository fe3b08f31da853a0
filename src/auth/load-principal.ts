import { RegistryError } from '../domain/errors.ts';
import type { Config } from '../env.ts';
import { type AccessTokenRecord, findAccessToken } from '../storage/access-tokens.ts';
import type { Database } from '../storage/database.ts';
import { findCredentialVersion } from '../storage/projects.ts';
import { findUser, type UserRecord } from '../storage/users.ts';
import { NOBODY, type Principal } from './principal.ts';
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
export async function tokenPrincipal(
  db: Database,
  config: Config,
  token: AccessTokenRecord | null,
): Promise<UserPrincipal | null> {
  if (token === null || token.revokedAt !== null) return null;
  if (token.expiresAt !== null && token.expiresAt <= Date.now()) return null;
  const user = await findUser(db, { id: token.userId });
  return user && userPrincipal(config, user, token);
}

/**
 * The principal a signed token names, as it stands now: what was signed ends with the account,
 * the password, the credential or the access token it was given for.
 * @throws RegistryError UNAUTHORIZED
 */
export async function loadPrincipal(
  db: Database,
  config: Config,
  subject: string,
  stamp: string,
): Promise<Principal> {
  if (subject === 'nobody') return NOBODY;
  const principal = await loadSubject(db, config, subject);
  if (principal === null || !('stamp' in principal) || principal.stamp !== stamp) {
    throw new RegistryError('UNAUTHORIZED', 'the token has ended: sign in again');
  }
  return principal;
}

async function loadSubject(
  db: Database,
  config: Config,
  subject: string,
): Promise<Principal | null> {
  const [kind, text] = subject.split(':');
  const id = Number(text);
  if (kind === 'token') return await tokenPrincipal(db, config, await findAccessToken(db, { id }));
  if (kind === 'user') {
    const user = await findUser(db, { id });
    return user && userPrincipal(config, user, null);
  }
  const version = await findCredentialVersion(db, id);
  return version === null ? null : projectPrincipal(config, id, version);
}
