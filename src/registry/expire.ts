import { expireSessions } from '../storage/sessions.ts';
import { expireSignInFailures } from '../storage/sign-in-failures.ts';
import type { Platform } from './context.ts';

/** Drops sessions that have ended, and failed sign-ins that count nowhere any more. */
export async function expireSignIns({ db }: Platform, now: number): Promise<void> {
  await expireSessions(db, now);
  await expireSignInFailures(db, now);
}
