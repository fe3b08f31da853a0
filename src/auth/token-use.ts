import { touchAccessToken } from '../storage/accounts/access-tokens.ts';
import type { Database } from '../storage/database.ts';
import { parseSubject } from './principal.ts';

/** The use of a token is noted once in so many ms. */
const NOTE_EVERY = 60_000;

/** When the uses of tokens were noted here last, by id. */
const noted = new Map<number, number>();
const MAX_NOTED = 1000;

/**
 * Notes that an access token was used, after the answer: nobody waits for it.
 * @param request the context of the request; asked for only when there is something to note
 */
export function noteTokenUse(
  db: Database,
  subject: string,
  request: () => Pick<ExecutionContext, 'waitUntil'>,
): void {
  const { kind, id } = parseSubject(subject);
  if (kind !== 'token') return;
  const now = Date.now();
  if (now - (noted.get(id) ?? 0) < NOTE_EVERY) return;
  if (noted.size >= MAX_NOTED) noted.clear();
  noted.set(id, now);
  request().waitUntil(touchAccessToken(db, id, now).catch((error) => console.error(error)));
}
