import { checkObjects } from './check-objects.ts';
import { CleanPoints, readUncleanStop } from './clean-point.ts';
import { removeFinishedObjects } from './finished-objects.ts';

/**
 * Prepares the simulated storage of a state that this process has locked and migrated: checks what
 * an unclean stop may have lost, and removes what is over.
 */
export async function openStorage(state: string): Promise<CleanPoints> {
  const since = readUncleanStop(state);
  if (since !== null) await checkAndReport(state, since);
  removeFinishedObjects(state);
  return new CleanPoints(state, since);
}

async function checkAndReport(state: string, since: number): Promise<void> {
  const { checked, damaged } = await checkObjects(state, since);
  const time = since > 0 ? `written since ${new Date(since).toISOString()}` : 'of any time';
  const written = `${checked} objects ${time}`;
  console.log(`orlop: the last server did not stop cleanly; ${written} were checked`);
  if (damaged.length === 0) return;
  console.error(`orlop: ${damaged.length} of them are damaged, until they are pushed again:`);
  for (const digest of damaged) console.error(`  ${digest}`);
}
