import type { Database } from '../storage/database.ts';
import { readAnonymousPull } from '../storage/settings.ts';
import { type AskedAt, askNow, isStillTrue } from './decisions.ts';

/** When the query that last found anonymous pull off was sent; null: none has. */
let foundOff: AskedAt | null = null;

/** Whether anonymous pull is known to be off, so that an anonymous request needs no query. */
export function isAnonymousPullKnownOff(): boolean {
  return foundOff !== null && isStillTrue(foundOff, Date.now());
}

/**
 * Whether anonymous users may pull from public workspaces. That they may is read each time; that
 * they may not is remembered like a decision, since strangers ask for it most often.
 */
export async function isAnonymousPullOn(db: Database): Promise<boolean> {
  if (isAnonymousPullKnownOff()) return false;
  const askedAt = askNow();
  const isOn = await readAnonymousPull(db);
  if (!isOn) foundOff = askedAt;
  return isOn;
}
