import { RegistryError } from '../domain/errors.ts';
import type { RepositoryName } from '../domain/names.ts';
import type { Scope } from '../domain/scopes.ts';
import type { Config } from '../env.ts';
import type { Database } from '../storage/database.ts';
import { known, type LookedUp, type Lookup, lookUp } from '../storage/lookups.ts';
import {
  type Repository,
  repositoryLookup,
  repositoryTable,
} from '../storage/workspaces/images.ts';
import { loadPrincipal, principalLookup } from './load-principal.ts';
import { ANONYMOUS, type Principal } from './principal.ts';
import { type SignIn, signIn } from './sign-in.ts';
import { type AccessClaims, verifyToken } from './tokens.ts';

/** Who asks, and what the token they showed is limited to (null: not limited). */
export interface Authentication {
  readonly principal: Principal;
  readonly scopes: readonly Scope[] | null;
}

/** What a client shows of itself, before the database is asked. */
export type Proof =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly signIn: SignIn }
  | { readonly kind: 'token'; readonly token: string; readonly claims: AccessClaims };

const BASIC = /^basic +([A-Za-z0-9+/=_-]+)$/i;
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;

/**
 * Reads an Authorization header of /v2.
 * @param address IP address of the client
 * @throws RegistryError UNAUTHORIZED for a header that proves nothing
 */
export async function readProof(
  config: Config,
  header: string | undefined,
  address: string,
): Promise<Proof> {
  if (!header) return { kind: 'none' };
  const basic = parseBasic(header);
  if (basic) return { kind: 'password', signIn: { ...basic, address } };
  const token = parseBearer(header);
  const claims = token ? await verifyToken(config, 'access', token) : null;
  if (token === null || claims === null) {
    throw new RegistryError('UNAUTHORIZED', 'the token is not valid or has expired');
  }
  return { kind: 'token', token, claims };
}

/**
 * Whose a proof is. Nothing shown is nobody.
 * @throws RegistryError UNAUTHORIZED or SIGN_IN_FAILED
 */
export async function authenticate(
  db: Database,
  config: Config,
  proof: Proof,
): Promise<Authentication> {
  const principal =
    proof.kind === 'token'
      ? await loadPrincipal(db, config, proof.claims.sub, proof.claims.stamp)
      : await shownPrincipal(db, config, proof);
  return { principal, scopes: scopesOf(proof) };
}

/**
 * Reads with one query whose a proof is, the repository it asks for, and what of its content
 * `content` names; a password takes more. None of it may be told before accessRepository has
 * decided.
 * @throws RegistryError UNAUTHORIZED or SIGN_IN_FAILED
 */
export async function authenticateAndLookup<C extends Readonly<Record<string, Lookup<unknown>>>>(
  db: Database,
  config: Config,
  proof: Proof,
  name: RepositoryName,
  content: C,
): Promise<{
  readonly authentication: Authentication;
  readonly repository: Repository | null;
  readonly content: LookedUp<C>;
}> {
  const principal =
    proof.kind === 'token'
      ? principalLookup(config, proof.claims.sub, proof.claims.stamp)
      : known(await shownPrincipal(db, config, proof));
  const where = { repository: repositoryLookup(name) };
  const found = await lookUp(db, { ...content, ...where, principal }, [repositoryTable(name)]);
  const authentication = { principal: found.principal, scopes: scopesOf(proof) };
  return { authentication, repository: found.repository, content: found };
}

async function shownPrincipal(
  db: Database,
  config: Config,
  proof: Exclude<Proof, { kind: 'token' }>,
): Promise<Principal> {
  return proof.kind === 'none' ? ANONYMOUS : await signIn(db, config, proof.signIn);
}

function scopesOf(proof: Proof): readonly Scope[] | null {
  return proof.kind === 'token' ? proof.claims.access : null;
}

/** User name and password of a Basic header; null when it is none. */
export function parseBasic(header: string): { username: string; password: string } | null {
  const encoded = BASIC.exec(header)?.[1];
  if (!encoded) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The token of a Bearer header; null when it is none. */
export function parseBearer(header: string): string | null {
  return BEARER.exec(header)?.[1] ?? null;
}
