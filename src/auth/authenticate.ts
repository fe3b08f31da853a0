import { RegistryError } from '../domain/errors.ts';
import { deriveProjectCredential, parseProjectUsername } from '../domain/project-credential.ts';
import type { Scope } from '../domain/scopes.ts';
import type { Config } from '../env.ts';
import type { Database } from '../storage/database.ts';
import { findCredentialVersion } from '../storage/projects.ts';
import { findUser, type UserRecord } from '../storage/users.ts';
import { NOBODY, type Principal } from './principal.ts';
import { fingerprint, isSameSecret, verifyPassword } from './secrets.ts';
import { type AccessClaims, verifyToken } from './tokens.ts';

/** Who asks, and what the token they showed is limited to (null: not limited). */
export interface Authentication {
  readonly principal: Principal;
  readonly scopes: readonly Scope[] | null;
}

const BASIC = /^basic +([A-Za-z0-9+/=_-]+)$/i;
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;

/**
 * Reads an Authorization header of /v2. No header is nobody.
 * @throws RegistryError UNAUTHORIZED for a header that proves nothing
 */
export async function authenticate(
  db: Database,
  config: Config,
  header: string | undefined,
): Promise<Authentication> {
  if (!header) return { principal: NOBODY, scopes: null };
  const basic = parseBasic(header);
  if (basic) {
    const principal = await authenticatePassword(db, config, basic.username, basic.password);
    return { principal, scopes: null };
  }
  const token = BEARER.exec(header)?.[1];
  const claims = token ? await verifyToken(config, 'access', token) : null;
  if (claims === null) throw unauthorized('the token is not valid or has expired');
  return await authenticateClaims(db, config, claims);
}

/** User name and password of a Basic header; null when it is none. */
export function parseBasic(header: string): { username: string; password: string } | null {
  const encoded = BASIC.exec(header)?.[1];
  if (!encoded) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * Checks a user name and password: a person's, or a project's push credential.
 * @throws RegistryError UNAUTHORIZED, the same for every reason
 */
export async function authenticatePassword(
  db: Database,
  config: Config,
  username: string,
  password: string,
): Promise<Principal> {
  const projectId = parseProjectUsername(username);
  const principal =
    projectId === null
      ? await signInUser(db, config, username, password)
      : await signInProject(db, config, projectId, password);
  if (principal === null) throw unauthorized('the user name or the password is not right');
  return principal;
}

/**
 * The principal a token names, as it stands now: a token ends with the account, the password
 * or the credential it was given for.
 * @throws RegistryError UNAUTHORIZED
 */
export async function loadPrincipal(
  db: Database,
  config: Config,
  subject: string,
  stamp: string,
): Promise<Principal> {
  const [kind, id] = subject.split(':');
  if (kind === 'nobody') return NOBODY;
  const principal =
    kind === 'user'
      ? await findUser(db, { id: Number(id) }).then((user) => user && toPrincipal(config, user))
      : await loadProject(db, config, Number(id));
  if (principal === null || !('stamp' in principal) || principal.stamp !== stamp) {
    throw unauthorized('the token has ended: sign in again');
  }
  return principal;
}

async function authenticateClaims(
  db: Database,
  config: Config,
  claims: AccessClaims,
): Promise<Authentication> {
  const principal = await loadPrincipal(db, config, claims.sub, claims.stamp);
  return { principal, scopes: claims.access };
}

async function signInUser(
  db: Database,
  config: Config,
  name: string,
  password: string,
): Promise<Principal | null> {
  const user = await findUser(db, { name });
  if (user === null) return null;
  const right =
    user.passwordHash === null
      ? user.id === FIRST_ADMIN && isSameSecret(password, config.adminPassword)
      : await checkPassword(config, user, user.passwordHash, password);
  return right ? toPrincipal(config, user) : null;
}

/** The user of migrations/0002, whose password is a secret of the platform at first. */
const FIRST_ADMIN = 1;

/** Passwords that were right, as keyed fingerprints: clients of Basic send theirs every time. */
const rightPasswords = new Set<string>();
const MAX_REMEMBERED = 1000;

async function checkPassword(
  config: Config,
  user: UserRecord,
  hash: string,
  password: string,
): Promise<boolean> {
  // The hash is part of the fingerprint, so a changed password is never remembered.
  const known = fingerprint(config.credentialKey, JSON.stringify([user.id, hash, password]));
  if (rightPasswords.has(known)) return true;
  if (!(await verifyPassword(password, hash))) return false;
  if (rightPasswords.size >= MAX_REMEMBERED) rightPasswords.clear();
  rightPasswords.add(known);
  return true;
}

async function signInProject(
  db: Database,
  config: Config,
  projectId: number,
  password: string,
): Promise<Principal | null> {
  const version = await findCredentialVersion(db, projectId);
  if (version === null) return null;
  const credential = await deriveProjectCredential(config.credentialKey, projectId, version);
  if (!isSameSecret(password, credential.password)) return null;
  return projectPrincipal(config, projectId, version);
}

async function loadProject(
  db: Database,
  config: Config,
  projectId: number,
): Promise<Principal | null> {
  const version = await findCredentialVersion(db, projectId);
  return version === null ? null : projectPrincipal(config, projectId, version);
}

function projectPrincipal(config: Config, projectId: number, version: number): Principal {
  const stamp = fingerprint(config.credentialKey, `project:${projectId}:${version}`);
  return { kind: 'project', projectId, name: `project-${projectId}`, stamp };
}

function toPrincipal(config: Config, user: UserRecord): Principal | null {
  const { id, name, isAdmin, roles, passwordHash, tokenEpoch } = user;
  if (user.disabled) return null;
  const password = passwordHash ?? config.adminPassword;
  const stamp = fingerprint(config.credentialKey, JSON.stringify([id, tokenEpoch, password]));
  return { kind: 'user', id, name, isAdmin, roles, stamp };
}

function unauthorized(message: string): RegistryError {
  return new RegistryError('UNAUTHORIZED', message);
}
