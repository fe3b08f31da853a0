import type { Config } from '../env.ts';
import { insertRefreshToken } from '../storage/accounts/refresh-tokens.ts';
import type { Database } from '../storage/database.ts';
import { type Identity, parseSubject } from './principal.ts';
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
    ...{ userId, stamp, createdAt: now, lastUsedAt: now },
    expiresAt: now + REFRESH_TOKEN_SECONDS * 1000,
    userAgent: client.userAgent.slice(0, 300),
    address: client.address,
  });
  return await signToken(config, 'refresh', { sub: `refresh:${id}`, stamp });
}
