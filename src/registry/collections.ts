import { RegistryError } from '../domain/errors.ts';
import {
  findRun,
  findRunning,
  insertRun,
  listRunning,
  type RunRecord,
} from '../storage/collection-runs.ts';
import type { Platform } from './context.ts';

/** Whose name the runs of the hourly schedule carry; no user can have it. */
const SCHEDULE = '(schedule)';

/** Runs of workspaces that one schedule wakes at most. */
const MAX_WOKEN = 100;

/**
 * Begins a collection of a workspace (null: of the platform) and answers it, or the one that is
 * running already.
 * @throws RegistryError NOT_FOUND when the workspace has gone
 */
export async function beginCollection(
  platform: Platform,
  workspaceId: number | null,
  startedBy: string,
  emptyTrash: boolean,
  now: number,
): Promise<RunRecord> {
  const { db } = platform;
  await insertRun(db, workspaceId, startedBy, emptyTrash, now);
  const run = await findRunning(db, workspaceId);
  await wake(platform, workspaceId);
  if (run === null) throw new RegistryError('NOT_FOUND', 'the workspace has gone');
  return run;
}

/** The hour's collection of the platform; and those of workspaces that go on are seen to. */
export async function beginScheduledCollection(platform: Platform, now: number): Promise<void> {
  await beginCollection(platform, null, SCHEDULE, false, now);
  for (const id of await listRunning(platform.db, MAX_WOKEN)) await wake(platform, id);
}

/**
 * A collection. One that is running is seen to, so that asking for it is enough for it to go on.
 * @throws RegistryError NOT_FOUND
 */
export async function getCollection(
  platform: Platform,
  workspaceId: number | null,
  id: number,
): Promise<RunRecord> {
  const run = await findRun(platform.db, workspaceId, id);
  if (run === null) throw new RegistryError('NOT_FOUND', 'there is no such collection');
  if (run.state === 'running') await wake(platform, workspaceId);
  return run;
}

async function wake({ collectors }: Platform, workspaceId: number | null): Promise<void> {
  const name = workspaceId === null ? 'platform' : `workspace-${workspaceId}`;
  const call = { method: 'POST', body: JSON.stringify({ workspaceId }) };
  await collectors.get(collectors.idFromName(name)).fetch('https://collector/', call);
}
