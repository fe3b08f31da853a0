import { RegistryError } from '../domain/errors.ts';
import type { Scope } from '../domain/scopes.ts';
import type { Config } from '../env.ts';
import type { Database } from '../storage/database.ts';
import { loadPrincipal } from './load-principal.ts';
import { NOBODY, type Principal } from './principal.ts';
import { signIn } from './sign-in.ts';
import { verifyToken } from './tokens.ts';

/** Who asks, and what the token they showed is limited to (null: not limited). */
export interface Authentication {
  readonly principal: Principal;
  readonly scopes: readonly Scope[] | null;
}

const BASIC = /^basic +([A-Za-z0-9+/=_-]+)$/i;
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;

/**
 * Reads an Authorization header of /v2. No header is nobody.
 * @param address IP address of the client
 * @throws RegistryError UNAUTHORIZED or SIGN_IN_FAILED for a header that proves nothing
 */
export async function authenticate(
  db: Database,
  config: Config,
  header: string | undefined,
  address: string,
): Promise<Authentication> {
  if (!header) return { principal: NOBODY, scopes: null };
  const basic = parseBasic(header);
  if (basic) return { principal: await signIn(db, config, { ...basic, address }), scopes: null };
  const token = parseBearer(header);
  const claims = token ? await verifyToken(config, 'access', token) : null;
  if (claims === null) {
    throw new RegistryError('UNAUTHORIZED', 'the token is not valid or has expired');
  }
  const principal = await loadPrincipal(db, config, claims.sub, claims.stamp);
  return { principal, scopes: claims.access };
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
