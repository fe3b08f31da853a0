import { RegistryError } from '../../domain/errors.ts';
import type { Services } from '../../services.ts';
import { repeatIfLost } from '../../storage/failures.ts';
import {
  findRun,
  findRunning,
  insertRun,
  listRunning,
  type RunRecord,
} from '../../storage/garbage/collection-runs.ts';

/** Who starts the hourly runs; no user can have this name. */
const SCHEDULE = '(schedule)';

/** Runs of workspaces that one schedule wakes at most. */
const MAX_WOKEN = 100;

/**
 * Begins a collection of a workspace (null: of the platform) and answers it, or the one that is
 * running already.
 * @throws RegistryError NOT_FOUND if the workspace was deleted
 */
export async function beginCollection(
  services: Services,
  workspaceId: number | null,
  startedBy: string,
  emptyTrash: boolean,
  now: number,
): Promise<RunRecord> {
  const { db } = services;
  await insertRun(db, workspaceId, startedBy, emptyTrash, now);
  const run = await findRunning(db, workspaceId);
  await wake(services, workspaceId);
  if (run === null) throw new RegistryError('NOT_FOUND', 'the workspace was deleted');
  return run;
}

/** Begins the hourly collection of the platform, and wakes the running ones of workspaces. */
export async function beginScheduledCollection(services: Services, now: number): Promise<void> {
  await beginCollection(services, null, SCHEDULE, false, now);
  for (const id of await listRunning(services.db, MAX_WOKEN)) await wake(services, id);
}

/**
 * A collection by id. If it is running, this wakes its collector, in case that lost its alarm.
 * @throws RegistryError NOT_FOUND
 */
export async function getCollection(
  services: Services,
  workspaceId: number | null,
  id: number,
): Promise<RunRecord> {
  const run = await findRun(services.db, workspaceId, id);
  if (run === null) throw new RegistryError('NOT_FOUND', 'there is no such collection');
  if (run.state === 'running') await wake(services, workspaceId);
  return run;
}

async function wake({ collectors }: Services, workspaceId: number | null): Promise<void> {
  const name = workspaceId === null ? 'platform' : `workspace-${workspaceId}`;
  const call = { method: 'POST', body: JSON.stringify({ workspaceId }) };
  await repeatIfLost(async () => {
    await collectors.get(collectors.idFromName(name)).fetch('https://collector/', call);
  });
}
