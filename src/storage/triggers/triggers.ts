import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';
import type { TriggerAction } from '../../domain/triggers/action.ts';
import type { SealedSecrets } from '../../domain/triggers/sealing.ts';
import type { PauseReason } from '../../domain/triggers/trigger.ts';
import { type Database, runBatch, runIdempotent, runIdempotentBatch } from '../database.ts';
import { projects, triggers, workspaces } from '../schema.ts';

/** What its owner sets of a trigger, without secrets. */
interface TriggerRules {
  readonly name: string;
  readonly enabled: boolean;
  readonly events: readonly string[];
  /** Patterns of image names and of tags; none: all. */
  readonly images: readonly string[];
  readonly tags: readonly string[];
  readonly action: TriggerAction;
}

export interface TriggerRecord extends TriggerRules {
  readonly id: number;
  readonly projectId: number;
  readonly project: string;
  /** Null: all workspaces of the project. */
  readonly workspace: string | null;
  readonly pausedAt: number | null;
  readonly pauseReason: PauseReason | null;
  readonly secrets: SealedSecrets;
  /** The registry's own, by which the trigger was last saved. */
  readonly origin: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The most triggers of a project. */
const MAX_TRIGGERS = 50;

const columns = {
  id: triggers.id,
  projectId: triggers.projectId,
  project: projects.name,
  workspace: workspaces.name,
  name: triggers.name,
  enabled: triggers.enabled,
  events: triggers.events,
  images: triggers.images,
  tags: triggers.tags,
  action: triggers.action,
  pausedAt: triggers.pausedAt,
  pauseReason: triggers.pauseReason,
  sealed: triggers.secrets,
  keyId: triggers.keyId,
  origin: triggers.origin,
  createdAt: triggers.createdAt,
  updatedAt: triggers.updatedAt,
};

type Row = Omit<TriggerRecord, 'events' | 'images' | 'tags' | 'action' | 'secrets'> &
  Readonly<Record<'events' | 'images' | 'tags' | 'action' | 'sealed' | 'keyId', string>>;

function toRecord({ sealed, keyId, ...row }: Row): TriggerRecord {
  return {
    ...row,
    events: JSON.parse(row.events),
    images: JSON.parse(row.images),
    tags: JSON.parse(row.tags),
    action: JSON.parse(row.action),
    secrets: { sealed, keyId },
  };
}

const rows = (db: Database) =>
  db
    .select(columns)
    .from(triggers)
    .innerJoin(projects, eq(projects.id, triggers.projectId))
    .leftJoin(workspaces, eq(workspaces.id, triggers.workspaceId));

/** Triggers of a project by name, starting after `after`. */
export async function listTriggers(
  db: Database,
  projectId: number,
  after: string,
  limit: number,
): Promise<TriggerRecord[]> {
  const found = await rows(db)
    .where(and(eq(triggers.projectId, projectId), gt(triggers.name, after)))
    .orderBy(asc(triggers.name))
    .limit(limit);
  return found.map(toRecord);
}

export async function findTrigger(db: Database, id: number): Promise<TriggerRecord | null> {
  const [row] = await rows(db).where(eq(triggers.id, id));
  return row ? toRecord(row) : null;
}

/** A workspace of a project, by name, that is not in the trash. */
export async function findWorkspaceId(
  db: Database,
  projectId: number,
  name: string,
): Promise<number | null> {
  const row = await db.get<{ id: number } | undefined>(sql`SELECT id FROM workspaces
    WHERE name = ${name} AND project_id = ${projectId} AND deleted_at IS NULL`);
  return row?.id ?? null;
}

export interface TriggerToWrite extends TriggerRules {
  readonly workspaceId: number | null;
  readonly origin: string;
  readonly secrets: SealedSecrets;
}

/** Creates a trigger and answers its id, or why not. */
export async function insertTrigger(
  db: Database,
  projectId: number,
  trigger: TriggerToWrite,
  now: number,
): Promise<number | 'name-taken' | 'too-many'> {
  const own = sql`FROM triggers WHERE project_id = ${projectId}`;
  const [counted, made] = await runBatch(db, [
    sql`SELECT count(*) AS triggers ${own}`,
    sql`INSERT INTO triggers (project_id, workspace_id, name, enabled, events, images, tags,
        action, secrets, key_id, origin, created_at, updated_at)
      SELECT ${projectId}, ${trigger.workspaceId}, ${trigger.name}, ${Number(trigger.enabled)},
        ${JSON.stringify(trigger.events)}, ${JSON.stringify(trigger.images)},
        ${JSON.stringify(trigger.tags)}, ${JSON.stringify(trigger.action)},
        ${trigger.secrets.sealed}, ${trigger.secrets.keyId}, ${trigger.origin}, ${now}, ${now}
      WHERE (SELECT count(*) ${own}) < ${MAX_TRIGGERS}
        AND NOT EXISTS (SELECT 1 ${own} AND name = ${trigger.name})
      RETURNING id`,
  ]);
  const id = made?.[0]?.id;
  if (id !== undefined) return id as number;
  return Number(counted?.[0]?.triggers) < MAX_TRIGGERS ? 'name-taken' : 'too-many';
}

/**
 * Replaces a trigger, and ends its pause; false if its secrets have changed since they were read,
 * or the project has another of that name.
 */
export async function updateTrigger(
  db: Database,
  { id, secrets: before }: Pick<TriggerRecord, 'id' | 'secrets'>,
  trigger: TriggerToWrite,
  now: number,
): Promise<boolean> {
  const { sealed, keyId } = trigger.secrets;
  const [changed] = await runBatch(db, [
    sql`
    UPDATE OR IGNORE triggers SET workspace_id = ${trigger.workspaceId}, name = ${trigger.name},
        enabled = ${Number(trigger.enabled)}, events = ${JSON.stringify(trigger.events)},
        images = ${JSON.stringify(trigger.images)}, tags = ${JSON.stringify(trigger.tags)},
        action = ${JSON.stringify(trigger.action)}, secrets = ${sealed}, key_id = ${keyId},
        origin = ${trigger.origin}, updated_at = ${now}, paused_at = NULL, pause_reason = NULL
      WHERE id = ${id} AND secrets = ${before.sealed} RETURNING id`,
    // What is switched off is not to be caught up with when it is switched on again.
    sql`DELETE FROM trigger_events WHERE trigger_id = ${id}
      AND (SELECT enabled FROM triggers WHERE id = ${id}) = 0`,
  ]);
  return (changed?.length ?? 0) > 0;
}

/** Deletes a trigger with what waits for its delivery; false if there is none. */
export async function deleteTrigger(db: Database, id: number): Promise<boolean> {
  const gone = await db.delete(triggers).where(eq(triggers.id, id)).returning({ id: triggers.id });
  return gone.length > 0;
}

/** Stores the secrets of a trigger, unless they have changed since they were read. */
export async function replaceSecrets(
  db: Database,
  id: number,
  before: SealedSecrets,
  { sealed, keyId }: SealedSecrets,
): Promise<boolean> {
  const changed = await db
    .update(triggers)
    .set({ secrets: sealed, keyId })
    .where(and(eq(triggers.id, id), eq(triggers.secrets, before.sealed)))
    .returning({ id: triggers.id });
  return changed.length > 0;
}

/** Triggers whose secrets were sealed with another key. */
export async function listSealedOtherwise(
  db: Database,
  keyId: string,
  limit: number,
): Promise<Pick<TriggerRecord, 'id' | 'projectId' | 'secrets'>[]> {
  const found = await db
    .select({
      id: triggers.id,
      projectId: triggers.projectId,
      sealed: triggers.secrets,
      keyId: triggers.keyId,
    })
    .from(triggers)
    .where(ne(triggers.keyId, keyId))
    .limit(limit);
  return found.map(({ id, projectId, ...secrets }) => ({ id, projectId, secrets }));
}

/** Pauses a trigger, which the console then shows with the reason. */
export async function pauseTrigger(
  db: Database,
  { id }: Pick<TriggerRecord, 'id'>,
  reason: PauseReason,
  now: number,
): Promise<void> {
  await runIdempotent(
    db,
    sql`UPDATE triggers SET paused_at = ${now}, pause_reason = ${reason}
      WHERE id = ${id} AND paused_at IS NULL`,
  );
}

/** The most events that wait for a trigger: all projects share the database. */
const MAX_WAITING = 10_000;
/** The most of them that are deleted at once. */
const DELETED_AT_ONCE = 20_000;

/** Pauses those of some triggers for which too many events wait, and deletes these. */
export async function pauseOverfull(
  db: Database,
  ids: readonly number[],
  now: number,
): Promise<void> {
  const among = sql`IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const reason = 'overfull' satisfies PauseReason;
  await runIdempotentBatch(db, [
    sql`UPDATE triggers SET paused_at = ${now}, pause_reason = ${reason}
      WHERE id ${among} AND paused_at IS NULL AND ${MAX_WAITING} < (SELECT count(*) FROM (
        SELECT 1 FROM trigger_events WHERE trigger_id = triggers.id LIMIT ${MAX_WAITING + 1}))`,
    sql`DELETE FROM trigger_events WHERE id IN (
      SELECT q.id FROM triggers AS t CROSS JOIN trigger_events AS q ON q.trigger_id = t.id
        WHERE t.id ${among} AND t.pause_reason = ${reason} LIMIT ${DELETED_AT_ONCE})`,
  ]);
}
