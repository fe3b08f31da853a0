import { RegistryError } from '../../domain/errors.ts';
import type { Services } from '../../services.ts';
import {
  findRun,
  findRunning,
  insertRun,
  listRunning,
  type RunRecord,
} from '../../storage/garbage/collection-runs.ts';

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
  if (run === null) throw new RegistryError('NOT_FOUND', 'the workspace has gone');
  return run;
}

/** The hour's collection of the platform; and those of workspaces that go on are seen to. */
export async function beginScheduledCollection(services: Services, now: number): Promise<void> {
  await beginCollection(services, null, SCHEDULE, false, now);
  for (const id of await listRunning(services.db, MAX_WOKEN)) await wake(services, id);
}

/**
 * A collection. One that is running is seen to, so that asking for it is enough for it to go on.
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
  await collectors.get(collectors.idFromName(name)).fetch('https://collector/', call);
}
