import type { Services } from '../services.ts';
import { expireSessions } from '../storage/accounts/sessions.ts';
import { expireSignInFailures } from '../storage/accounts/sign-in-failures.ts';

/** Drops sessions that have ended, and failed sign-ins that count nowhere any more. */
export async function expireSignIns({ db }: Services, now: number): Promise<void> {
  await expireSessions(db, now);
  await expireSignInFailures(db, now);
}
