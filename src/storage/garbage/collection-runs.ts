import { type SQL, sql } from 'drizzle-orm';
import type { KeptSummary, RunState } from '../../domain/runs.ts';
import { type Database, readBooleans, type StoredRow } from '../database.ts';

/** A collection of a workspace, or (null) of the whole platform. */
export interface RunRecord {
  readonly id: number;
  readonly workspaceId: number | null;
  readonly workspace: string | null;
  readonly startedAt: number;
  readonly startedBy: string;
  readonly endedAt: number | null;
  readonly state: RunState;
  readonly emptyTrash: boolean;
  readonly freedBytes: number;
  readonly freedObjects: number;
  /** Where the next slice continues, JSON; null: at the start. */
  readonly cursor: string | null;
  readonly report: RunReport;
}

/** What a run kept, and what failed. */
export interface RunReport {
  readonly kept: readonly KeptSummary[];
  readonly errors: readonly string[];
}

const EMPTY: RunReport = { kept: [], errors: [] };

const SELECT = sql`
  SELECT r.id, r.workspace_id AS workspaceId, w.name AS workspace, r.started_at AS startedAt,
      r.started_by AS startedBy, r.ended_at AS endedAt, r.state, r.empty_trash AS emptyTrash,
      r.freed_bytes AS freedBytes, r.freed_objects AS freedObjects, r.cursor, r.report
    FROM collection_runs AS r LEFT JOIN workspaces AS w ON w.id = r.workspace_id`;

type Row = StoredRow<Omit<RunRecord, 'report'>> & { readonly report: string | null };

async function select(db: Database, rest: SQL): Promise<RunRecord[]> {
  const rows = await db.all<Row>(sql`${SELECT} ${rest}`);
  return rows.map(({ report, ...row }) => ({
    ...readBooleans(row, ['emptyTrash']),
    report: report === null ? EMPTY : JSON.parse(report),
  }));
}

const of = (workspaceId: number | null): SQL => sql`r.workspace_id IS ${workspaceId}`;

/** Begins a run unless one of the same workspace (null: of the platform) is running. */
export async function insertRun(
  db: Database,
  workspaceId: number | null,
  startedBy: string,
  emptyTrash: boolean,
  now: number,
): Promise<void> {
  await db.run(sql`
    INSERT INTO collection_runs (workspace_id, started_at, started_by, empty_trash)
      VALUES (${workspaceId}, ${now}, ${startedBy}, ${emptyTrash ? 1 : 0})
      ON CONFLICT DO NOTHING`);
}

/** The running collection of a workspace (null: of the platform); null: none is running. */
export async function findRunning(
  db: Database,
  workspaceId: number | null,
): Promise<RunRecord | null> {
  const rows = await select(db, sql`WHERE r.state = 'running' AND ${of(workspaceId)}`);
  return rows[0] ?? null;
}

/** A run of a workspace (null: of the platform) by id. */
export async function findRun(
  db: Database,
  workspaceId: number | null,
  id: number,
): Promise<RunRecord | null> {
  const [row] = await select(db, sql`WHERE r.id = ${id} AND ${of(workspaceId)}`);
  return row ?? null;
}

/** Runs of a workspace (null: of the platform), latest first, starting after [startedAt, id]. */
export async function listRuns(
  db: Database,
  workspaceId: number | null,
  after: readonly [number, number] | null,
  limit: number,
): Promise<RunRecord[]> {
  const [at, id] = after ?? [Number.MAX_SAFE_INTEGER, 0];
  return await select(
    db,
    sql`WHERE ${of(workspaceId)} AND (r.started_at, r.id) < (${at}, ${id})
      ORDER BY r.started_at DESC, r.id DESC LIMIT ${limit}`,
  );
}

/** Ids of workspaces with a running collection, at most `limit`. */
export async function listRunning(db: Database, limit: number): Promise<number[]> {
  const rows = await db.all<{ workspaceId: number }>(sql`
    SELECT workspace_id AS workspaceId FROM collection_runs
      WHERE state = 'running' AND workspace_id IS NOT NULL LIMIT ${limit}`);
  return rows.map((row) => row.workspaceId);
}

/** Saves the progress of a run; false if another caller has saved progress, or the run has ended. */
export async function saveProgress(
  db: Database,
  run: RunRecord,
  cursor: string,
  report: RunReport,
): Promise<boolean> {
  const rows = await db.all(sql`
    UPDATE collection_runs SET cursor = ${cursor}, report = ${JSON.stringify(report)}
      WHERE id = ${run.id} AND state = 'running' AND cursor IS ${run.cursor} RETURNING id`);
  return rows.length > 0;
}

/** Ends a run that is running. */
export async function endRun(
  db: Database,
  id: number,
  state: RunState,
  report: RunReport,
  now: number,
): Promise<void> {
  await db.run(sql`
    UPDATE collection_runs
      SET state = ${state}, ended_at = max(started_at, ${now}), cursor = NULL,
          report = ${JSON.stringify(report)}
      WHERE id = ${id} AND state = 'running'`);
}

/** Deletes at most `limit` records of ended runs that began before a time; answers how many. */
export async function deleteRuns(db: Database, before: number, limit: number): Promise<number> {
  const rows = await db.all(sql`
    DELETE FROM collection_runs WHERE id IN (
      SELECT id FROM collection_runs WHERE started_at < ${before} AND state <> 'running'
        ORDER BY started_at LIMIT ${limit})
      RETURNING id`);
  return rows.length;
}
