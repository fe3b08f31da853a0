import { RegistryError } from '../domain/errors.ts';
import type { RepositoryName } from '../domain/names.ts';
import type { Scope } from '../domain/scopes.ts';
import type { Config } from '../env.ts';
import type { Database } from '../storage/database.ts';
import { constantLookup, type Lookup, type LookupResults, runLookups } from '../storage/lookups.ts';
import {
  type Repository,
  repositoryLookup,
  repositoryTable,
} from '../storage/workspaces/images.ts';
import { countFailure } from './failed-sign-ins.ts';
import { principalLookup } from './load-principal.ts';
import { ANONYMOUS, type Principal } from './principal.ts';
import { type SignIn, type SignInServices, signIn } from './sign-in.ts';
import { type AccessClaims, isExpiredToken, verifyToken } from './tokens.ts';

/** The principal of a request, and the scopes of its token (null: not limited). */
export interface Authentication {
  readonly principal: Principal;
  readonly scopes: readonly Scope[] | null;
  /** The scopes that limit what is mounted: those of a token that was handed on; null: no limit. */
  readonly mountScopes: readonly Scope[] | null;
}

/** What a client shows to prove who it is, before the database has checked it. */
export type Proof =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly signIn: SignIn }
  | { readonly kind: 'token'; readonly token: string; readonly claims: AccessClaims };

/** Whether a proof is a token that no one signed in for. */
export function isAnonymous(proof: Proof): boolean {
  return proof.kind === 'token' && proof.claims.sub === 'anonymous';
}

const BASIC = /^basic +([A-Za-z0-9+/=_-]+)$/i;
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;

/**
 * Reads an Authorization header of /v2.
 * @param address IP address of the client
 * @throws RegistryError UNAUTHORIZED for any other header, and for a token that is not valid;
 *   TOO_MANY_REQUESTS
 */
export async function readProof(
  { failedSignIns }: Pick<SignInServices, 'failedSignIns'>,
  config: Config,
  header: string | undefined,
  address: string,
): Promise<Proof> {
  if (!header) return { kind: 'none' };
  const basic = parseBasic(header);
  if (basic) return { kind: 'password', signIn: { ...basic, address } };
  const token = parseBearer(header);
  const claims = token ? await verifyToken(config, 'access', token) : null;
  if (token !== null && claims !== null) return { kind: 'token', token, claims };
  // Every client shows its last token until it has expired.
  const isOurs = token !== null && (await isExpiredToken(config, 'access', token));
  if (!isOurs) await countFailure(failedSignIns, address);
  throw new RegistryError('UNAUTHORIZED', 'the token is not valid or has expired');
}

/**
 * The principal that a proof belongs to; anonymous where nothing was shown.
 * @throws RegistryError UNAUTHORIZED, SIGN_IN_FAILED or TOO_MANY_REQUESTS
 */
export async function authenticate(
  services: SignInServices,
  config: Config,
  proof: Proof,
): Promise<Authentication> {
  if (proof.kind === 'token') return await authenticateToken(services.db, config, proof, {});
  const principal = await principalWithoutToken(services, config, proof);
  return { principal, ...scopesOf(proof) };
}

/**
 * As authenticate, for a token, with other lookups in the same query.
 * @throws RegistryError UNAUTHORIZED
 */
export async function authenticateToken<L extends Readonly<Record<string, Lookup<unknown>>>>(
  db: Database,
  config: Config,
  proof: Proof & { readonly kind: 'token' },
  lookups: L,
): Promise<Authentication & { readonly found: LookupResults<L> }> {
  const principal = principalOf(config, proof.claims);
  const found = await runLookups(db, { ...lookups, principal });
  return { principal: found.principal, ...scopesOf(proof), found };
}

/**
 * Reads the principal of a proof, the repository and the lookups of its content in one query (a
 * password takes more). The client must learn nothing of it until accessRepository has decided.
 * @throws RegistryError UNAUTHORIZED, SIGN_IN_FAILED or TOO_MANY_REQUESTS
 */
export async function authenticateAndLookup<C extends Readonly<Record<string, Lookup<unknown>>>>(
  services: SignInServices,
  config: Config,
  proof: Proof,
  name: RepositoryName,
  content: C,
): Promise<{
  readonly authentication: Authentication;
  readonly repository: Repository | null;
  readonly content: LookupResults<C>;
}> {
  const principal =
    proof.kind === 'token'
      ? principalOf(config, proof.claims)
      : constantLookup(await principalWithoutToken(services, config, proof));
  const where = { repository: repositoryLookup(name) };
  const found = await runLookups(services.db, { ...content, ...where, principal }, [
    repositoryTable(name),
  ]);
  const authentication = { principal: found.principal, ...scopesOf(proof) };
  return { authentication, repository: found.repository, content: found };
}

function principalOf(config: Config, { sub, stamp }: AccessClaims): Lookup<Principal> {
  return principalLookup(config, sub, stamp);
}

async function principalWithoutToken(
  services: SignInServices,
  config: Config,
  proof: Exclude<Proof, { kind: 'token' }>,
): Promise<Principal> {
  return proof.kind === 'none' ? ANONYMOUS : await signIn(services, config, proof.signIn);
}

function scopesOf(proof: Proof): Pick<Authentication, 'scopes' | 'mountScopes'> {
  if (proof.kind !== 'token') return { scopes: null, mountScopes: null };
  const { access, delegated } = proof.claims;
  return { scopes: access, mountScopes: delegated ? access : null };
}

/** The user name and password of a Basic header; null for any other header. */
export function parseBasic(header: string): { username: string; password: string } | null {
  const encoded = BASIC.exec(header)?.[1];
  if (!encoded) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The token of a Bearer header; null for any other header. */
export function parseBearer(header: string): string | null {
  return BEARER.exec(header)?.[1] ?? null;
}
