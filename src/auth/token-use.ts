import { isDue } from '../domain/time.ts';
import { touchAccessToken } from '../storage/accounts/access-tokens.ts';
import type { Database } from '../storage/database.ts';
import { parseSubject } from './principal.ts';

/** Minimum interval between writes of a token's last use, in ms. */
const WRITE_INTERVAL = 60_000;

/** When this isolate last wrote the use of a token, by id. */
const noted = new Map<number, number>();
const MAX_NOTED = 1000;

/**
 * Records that an access token was used. The answer does not wait for it.
 * @param subject of the request's identity
 * @param request gives the request's context; called only when there is something to record
 */
export function noteTokenUse(
  db: Database,
  subject: string,
  request: () => Pick<ExecutionContext, 'waitUntil'>,
): void {
  const { kind, id } = parseSubject(subject);
  if (kind !== 'token') return;
  const now = Date.now();
  if (!isDue(noted.get(id) ?? 0, WRITE_INTERVAL, now)) return;
  if (noted.size >= MAX_NOTED) noted.clear();
  noted.set(id, now);
  request().waitUntil(touchAccessToken(db, id, now).catch((error) => console.error(error)));
}
