import { type SQL, sql } from 'drizzle-orm';
import { MAX_ROBOTS, type RobotRights } from '../../domain/robots.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import { type Database, readBooleans, runBatch, type StoredRow } from '../database.ts';
import type { Lookup } from '../lookups.ts';

/** A robot of a project, without its secret. */
export interface RobotRecord extends RobotRights {
  readonly id: number;
  readonly projectId: number;
  readonly name: string;
  /** The database raises it with every change that ends what was signed for the robot. */
  readonly epoch: number;
  /** Null: never. */
  readonly expiresAt: number | null;
  readonly disabledAt: number | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** What identifies a robot: the keyed hash of its secret, or its id. */
export type RobotKey = { readonly hash: string } | { readonly id: number };

const ROBOT = sql`json_object('id', id, 'projectId', project_id, 'name', name,
  'mayPush', may_push, 'workspaces', json(workspaces), 'epoch', epoch, 'expiresAt', expires_at,
  'disabledAt', disabled_at, 'createdAt', created_at, 'lastUsedAt', last_used_at)`;

/** Looks up a robot by its key, even if it is expired or disabled. */
export function robotLookup(key: RobotKey): Lookup<RobotRecord | null> {
  const isIt = 'hash' in key ? sql`secret_hash = ${key.hash}` : sql`id = ${key.id}`;
  return {
    sql: sql`SELECT ${ROBOT} FROM robots WHERE ${isIt}`,
    read: (value) => (value === null ? null : toRecord(value as StoredRow<RobotRecord>)),
  };
}

/** The condition on robots for one that is as it was at an epoch, and in force. */
export function isSameRobot(id: number, epoch: number, now: number): SQL {
  return sql`id = ${id} AND epoch = ${epoch} AND disabled_at IS NULL
    AND (expires_at IS NULL OR expires_at > ${now})`;
}

/** A project's robots by name, starting after `after`. */
export async function listRobots(
  db: Database,
  projectId: number,
  after: string,
  limit: number,
): Promise<RobotRecord[]> {
  const rows = await db.all<{ robot: string }>(sql`
    SELECT ${ROBOT} AS robot FROM robots WHERE project_id = ${projectId} AND name > ${after}
      ORDER BY name LIMIT ${limit}`);
  return rows.map(({ robot }) => parse(robot));
}

/** What is stored of a new robot. */
type NewRobot = RobotRights &
  Pick<RobotRecord, 'projectId' | 'name' | 'createdAt' | 'expiresAt'> & {
    /** The keyed hash of its secret. */
    readonly hash: string;
  };

/**
 * Creates a robot and answers it, or why not: the project has another of that name, or as many as a
 * project may have.
 */
export async function insertRobot(
  db: Database,
  robot: NewRobot,
): Promise<RobotRecord | 'name-taken' | 'too-many'> {
  const { projectId, name, hash, mayPush, workspaces, createdAt, expiresAt } = robot;
  const own = sql`FROM robots WHERE project_id = ${projectId}`;
  const [counted, made] = await runBatch(db, [
    sql`SELECT count(*) AS robots ${own}`,
    sql`INSERT INTO robots
        (project_id, name, secret_hash, may_push, workspaces, created_at, expires_at)
      SELECT ${projectId}, ${name}, ${hash}, ${Number(mayPush)}, ${toJson(workspaces)},
          ${createdAt}, ${expiresAt}
        WHERE NOT EXISTS (SELECT 1 ${own} AND name = ${name})
          AND (SELECT count(*) ${own}) < ${MAX_ROBOTS}
      RETURNING ${ROBOT} AS robot`,
  ]);
  const row = made?.[0]?.robot;
  if (row !== undefined) return parse(row as string);
  return Number(counted?.[0]?.robots) < MAX_ROBOTS ? 'name-taken' : 'too-many';
}

/** A change of a robot; fields that are left out stay. */
export type RobotChange = {
  readonly [K in keyof RobotRights | 'expiresAt']?: RobotRecord[K] | undefined;
} & {
  readonly disabled?: boolean | undefined;
  /** The keyed hash of a new secret. */
  readonly hash?: string | undefined;
};

/** Changes a robot of a project and answers it as it is then; null if there is none. */
export async function updateRobot(
  db: Database,
  { projectId, id }: Pick<RobotRecord, 'projectId' | 'id'>,
  change: RobotChange,
  now: number,
): Promise<RobotRecord | null> {
  const { mayPush, workspaces, expiresAt, disabled, hash } = change;
  const sets = [
    sql`id = id`,
    ...(mayPush === undefined ? [] : [sql`may_push = ${Number(mayPush)}`]),
    ...(workspaces === undefined ? [] : [sql`workspaces = ${toJson(workspaces)}`]),
    ...(expiresAt === undefined ? [] : [sql`expires_at = ${expiresAt}`]),
    ...(disabled === undefined
      ? []
      : [sql`disabled_at = ${disabled ? sql`coalesce(disabled_at, ${now})` : null}`]),
    ...(hash === undefined ? [] : [sql`secret_hash = ${hash}`]),
  ];
  const [row] = await db.all<{ robot: string }>(sql`
    UPDATE robots SET ${sql.join(sets, sql`, `)} WHERE id = ${id} AND project_id = ${projectId}
      RETURNING ${ROBOT} AS robot`);
  return row ? parse(row.robot) : null;
}

/** Deletes a robot of a project; false if there is none. */
export async function deleteRobot(
  db: Database,
  { projectId, id }: Pick<RobotRecord, 'projectId' | 'id'>,
): Promise<boolean> {
  const rows = await db.all(
    sql`DELETE FROM robots WHERE id = ${id} AND project_id = ${projectId} RETURNING id`,
  );
  return rows.length > 0;
}

/** Records the use of a robot, at most once a minute. */
export async function touchRobot(db: Database, id: number, now: number): Promise<void> {
  await db.run(sql`
    UPDATE robots SET last_used_at = ${now}
      WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at < ${now - MINUTE_MS}
        OR last_used_at > ${now})`);
}

const toJson = (names: readonly string[] | null) => (names === null ? null : JSON.stringify(names));

const parse = (text: string) => toRecord(JSON.parse(text) as StoredRow<RobotRecord>);

function toRecord(row: StoredRow<RobotRecord>): RobotRecord {
  return readBooleans(row, ['mayPush']);
}
