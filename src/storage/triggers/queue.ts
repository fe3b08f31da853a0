import { type SQL, sql } from 'drizzle-orm';
import type { EventFacts } from '../../domain/triggers/message.ts';
import { type Database, type RowId, runIdempotent } from '../database.ts';

/** The first event of an image that waits for a trigger; image 0: events of no image. */
export interface QueueHead {
  readonly imageId: number;
  readonly id: number;
  readonly eventId: string;
  /** When it happened, ms. */
  readonly at: number;
}

/** An event that waits for a trigger. */
export interface QueuedEvent extends EventFacts {
  /** Rises in the order of the commits. */
  readonly queueId: number;
}

/**
 * The first waiting event of each image, oldest first. It jumps from image to image along the
 * index, so that a long queue of one image costs no more than a short one.
 */
export async function listQueueHeads(
  db: Database,
  triggerId: number,
  limit: number,
): Promise<QueueHead[]> {
  const next = (after: SQL) => sql`(SELECT image_id FROM trigger_events
    WHERE trigger_id = ${triggerId} AND image_id > ${after} ORDER BY image_id LIMIT 1)`;
  return await db.all<QueueHead>(sql`
    WITH RECURSIVE waiting(image_id) AS (
      SELECT ${next(sql`-1`)} UNION ALL
      SELECT ${next(sql`waiting.image_id`)} FROM waiting WHERE image_id IS NOT NULL)
    SELECT q.image_id AS imageId, q.id, q.event_id AS eventId, q.happened_at AS at
      FROM waiting CROSS JOIN trigger_events AS q ON q.id = (
        SELECT min(id) FROM trigger_events
          WHERE trigger_id = ${triggerId} AND image_id = waiting.image_id)
      WHERE waiting.image_id IS NOT NULL
      ORDER BY q.id LIMIT ${limit}`);
}

/** The events of an image that wait for a trigger, in the order in which they happened. */
export async function listQueued(
  db: Database,
  triggerId: number,
  imageId: number,
  limit: number,
): Promise<QueuedEvent[]> {
  const rows = await db.all<{ id: number; facts: string }>(sql`
    SELECT id, facts FROM trigger_events
      WHERE trigger_id = ${triggerId} AND image_id = ${imageId} ORDER BY id LIMIT ${limit}`);
  return rows.map(({ id, facts }) => ({ queueId: id, ...(JSON.parse(facts) as EventFacts) }));
}

/** The SQL of the triggers that events of an image wait for: a JSON list of their ids. */
export function triggersOfImage(imageId: RowId): SQL {
  return sql`(SELECT json_group_array(t.id) FROM triggers AS t
    WHERE t.project_id = (SELECT w.project_id FROM images AS i
        JOIN workspaces AS w ON w.id = i.workspace_id WHERE i.id = ${imageId})
      AND t.enabled = 1 AND t.paused_at IS NULL AND EXISTS (
        SELECT 1 FROM trigger_events WHERE trigger_id = t.id AND image_id = ${imageId}))`;
}

/** The triggers of a project that events wait for; of the project of a workspace, if that is given. */
export async function listTriggersToWake(
  db: Database,
  place: { readonly projectId: number } | { readonly workspaceId: number },
): Promise<number[]> {
  const projectId =
    'projectId' in place
      ? sql`${place.projectId}`
      : sql`(SELECT project_id FROM workspaces WHERE id = ${place.workspaceId})`;
  const rows = await db.all<{ id: number }>(sql`
    SELECT id FROM triggers AS t
      WHERE project_id = ${projectId} AND enabled = 1 AND paused_at IS NULL
        AND EXISTS (SELECT 1 FROM trigger_events WHERE trigger_id = t.id)`);
  return rows.map(({ id }) => id);
}

/** Ends the wait of events: they are delivered, given up or replaced. */
export async function deleteQueued(db: Database, ids: readonly number[]): Promise<void> {
  await runIdempotent(
    db,
    sql`DELETE FROM trigger_events WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
  );
}

/** Triggers that events wait for, by id, starting after `after`; only the index's first rows of each are read. */
export async function listWaitingTriggers(
  db: Database,
  after: number,
  limit: number,
): Promise<number[]> {
  const next = (id: SQL) => sql`(SELECT trigger_id FROM trigger_events
    WHERE trigger_id > ${id} ORDER BY trigger_id LIMIT 1)`;
  const rows = await db.all<{ id: number }>(sql`
    WITH RECURSIVE waiting(id) AS (
      SELECT ${next(sql`${after}`)} UNION ALL
      SELECT ${next(sql`waiting.id`)} FROM waiting WHERE id IS NOT NULL)
    SELECT id FROM waiting WHERE id IS NOT NULL LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}
