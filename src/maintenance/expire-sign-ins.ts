import type { Services } from '../services.ts';
import { expireRefreshTokens } from '../storage/accounts/refresh-tokens.ts';
import { expireSessions } from '../storage/accounts/sessions.ts';
import { expireSignInFailures } from '../storage/accounts/sign-in-failures.ts';

/** Deletes a slice of the expired sessions and refresh tokens, and of failed sign-ins too old to count. */
export async function expireSignIns({ db }: Services, now: number): Promise<void> {
  await expireSessions(db, now);
  await expireRefreshTokens(db, now);
  await expireSignInFailures(db, now);
}
