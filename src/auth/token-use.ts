import { HOUR_MS, isDue, MINUTE_MS } from '../domain/time.ts';
import { touchAccessToken } from '../storage/accounts/access-tokens.ts';
import { touchRefreshToken } from '../storage/accounts/refresh-tokens.ts';
import { touchRobot } from '../storage/accounts/robots.ts';
import type { Database } from '../storage/database.ts';
import { logFailure } from '../storage/failures.ts';
import { parseSubject } from './principal.ts';

/** Minimum interval between writes of the last use by one isolate, in ms, by kind of subject. */
const WRITE_INTERVALS = { token: MINUTE_MS, refresh: HOUR_MS, robot: MINUTE_MS };

/** When this isolate last wrote the use of a token, by subject. */
const noted = new Map<string, number>();
const MAX_NOTED = 1000;

/** The request with which a token is used. */
interface Use {
  /** IP address of the client. */
  readonly address: string;
  /** The request's context; called only when there is something to record. */
  readonly context: () => Pick<ExecutionContext, 'waitUntil'>;
}

/**
 * Records that an access token, a refresh token or a robot was used. The answer does not wait for it.
 * @param subject of the request's identity
 */
export function noteTokenUse(db: Database, subject: string, { address, context }: Use): void {
  const { kind, id } = parseSubject(subject);
  if (kind !== 'token' && kind !== 'refresh' && kind !== 'robot') return;
  const now = Date.now();
  if (!isDue(noted.get(subject) ?? 0, WRITE_INTERVALS[kind], now)) return;
  if (noted.size >= MAX_NOTED) noted.clear();
  noted.set(subject, now);
  const writes = {
    token: () => touchAccessToken(db, id, now),
    refresh: () => touchRefreshToken(db, id, address, now),
    robot: () => touchRobot(db, id, now),
  };
  context().waitUntil(
    writes[kind]().catch((error) => logFailure('the use of a token could not be stored', error)),
  );
}
