import { LOGIN_PREFIX, TEMPORARY_LOGIN } from '../domain/accounts.ts';
import type { Config } from '../env.ts';
import { insertRefreshToken } from '../storage/accounts/refresh-tokens.ts';
import type { Database } from '../storage/database.ts';
import { type Identity, parseSubject } from './principal.ts';
import { generateSecret, hashSecret } from './secrets.ts';
import { REFRESH_TOKEN_SECONDS, signToken } from './tokens.ts';

/**
 * Makes a refresh token for a user who has just signed in with the password; null for anyone else.
 * A push credential and an access token can be shown again as they are, and clients keep them.
 *
 * It stays valid for as long as it lives: docker and kubelet keep the one of `docker login` and
 * send it from many nodes, and docker never stores another one.
 */
export async function issueRefreshToken(
  db: Database,
  config: Config,
  { subject, stamp }: Identity,
  client: { readonly userAgent: string; readonly address: string },
): Promise<string | null> {
  const { kind, id: userId } = parseSubject(subject);
  if (kind !== 'user') return null;
  const now = Date.now();
  const id = await insertRefreshToken(db, {
    ...{ userId, stamp, createdAt: now, lastUsedAt: now, secretHash: null },
    expiresAt: now + REFRESH_TOKEN_SECONDS * 1000,
    userAgent: client.userAgent.slice(0, 300),
    address: client.address,
  });
  return await signToken(config, 'refresh', { sub: `refresh:${id}`, stamp });
}

/** A temporary login, as its user receives it once. */
interface IssuedLogin {
  readonly id: number;
  /** It takes the place of the password at the registry; the API does not take it. */
  readonly secret: string;
}

/**
 * Makes a temporary login for a user: a refresh token with a secret, since most clients have nowhere
 * to put the token itself. So it is listed among docker logins, ended there, and ends with the
 * password that the user has now.
 */
export async function issueTemporaryLogin(
  db: Database,
  config: Config,
  user: { readonly id: number; readonly stamp: string },
  { expiresAt, address }: { readonly expiresAt: number; readonly address: string },
): Promise<IssuedLogin> {
  const secret = generateSecret(LOGIN_PREFIX);
  const now = Date.now();
  const id = await insertRefreshToken(db, {
    ...{ userId: user.id, stamp: user.stamp, createdAt: now, lastUsedAt: now },
    ...{ expiresAt, userAgent: TEMPORARY_LOGIN, address },
    secretHash: hashSecret(config.credentialKey, secret),
  });
  return { id, secret };
}
