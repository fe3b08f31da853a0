/**
 * The step between migrations 0010 and 0011: copies content into the tables with integer ids. A
 * database takes 30 s for one statement, so each copies a bounded range of rows, and how far it
 * has come is noted after it. A copy that was cut off continues where it stopped: a range that
 * was copied already is copied once.
 */

/** A database that runs one statement at a time and answers its rows. */
export interface StatementRunner {
  run(sql: string): Promise<Record<string, unknown>[]>;
}

/** The failure of migration 0011 while rows are missing, as the name of its check says it. */
export const NOT_COPIED = 'content_is_not_copied_yet';

interface Copy {
  readonly table: string;
  /** Rows of one statement. Those of manifests carry texts of up to 512 KiB. */
  readonly rows: number;
  readonly columns: string;
  /** What is copied, from the table `o`. */
  readonly select: string;
  readonly joins?: string;
  readonly where?: string;
}

/** Parents come before what links to them. Rows keep their rowid as their id. */
const COPIES: readonly Copy[] = [
  {
    table: 'blobs',
    rows: 20_000,
    columns: 'id, digest, key, size, created_at, damaged_at',
    select: 'o.rowid, o.digest, o.key, o.size, o.created_at, o.damaged_at',
    where: 'o.uses > 0',
  },
  {
    table: 'image_blobs',
    rows: 20_000,
    columns: 'blob_id, image_id, uses, unused_since, deleted_at',
    select: 'b.id, o.image_id, o.uses, o.unused_since, o.deleted_at',
    joins: 'CROSS JOIN blobs_next AS b ON b.digest = o.digest',
  },
  {
    table: 'manifests',
    rows: 500,
    columns: `id, image_id, workspace_id, digest, media_type, artifact_type, subject_digest,
      annotations, size, content_size, content, content_key, pushed_at, pushed_by, platforms,
      pulls, last_pulled_at, uses, unused_since, overwritten_at, released_at, deleted_at,
      deleted_by, damaged_at`,
    select: `o.rowid, o.image_id, i.workspace_id, o.digest, o.media_type, o.artifact_type,
      o.subject_digest, o.annotations, o.size, o.content_size, o.content, o.content_key,
      o.pushed_at, o.pushed_by, o.platforms, o.pulls, o.last_pulled_at, o.uses, o.unused_since,
      o.overwritten_at, o.released_at, o.deleted_at, o.deleted_by, o.damaged_at`,
    joins: 'CROSS JOIN images AS i ON i.id = o.image_id',
  },
  {
    table: 'manifest_blobs',
    rows: 20_000,
    columns: 'manifest_id, blob_id, image_id',
    select: 'm.id, b.id, o.image_id',
    joins: `CROSS JOIN manifests_next AS m
        ON m.image_id = o.image_id AND m.digest = o.manifest_digest
      CROSS JOIN blobs_next AS b ON b.digest = o.blob_digest`,
  },
  {
    table: 'manifest_children',
    rows: 20_000,
    columns: 'parent_id, child_id',
    select: 'p.id, c.id',
    joins: `CROSS JOIN manifests_next AS p ON p.image_id = o.image_id AND p.digest = o.parent_digest
      CROSS JOIN manifests_next AS c ON c.image_id = o.image_id AND c.digest = o.child_digest`,
  },
  {
    table: 'tags',
    rows: 20_000,
    columns: `image_id, name, manifest_id, created_at, updated_at, updated_by, pulls,
      last_pulled_at`,
    select: `o.image_id, o.name, m.id, o.created_at, o.updated_at, o.updated_by, o.pulls,
      o.last_pulled_at`,
    joins: `CROSS JOIN manifests_next AS m
      ON m.image_id = o.image_id AND m.digest = o.manifest_digest`,
  },
  {
    table: 'tag_history',
    rows: 20_000,
    columns: 'image_id, tag, id, manifest_digest, changed_at, changed_by',
    select: 'o.image_id, o.tag, o.id, o.manifest_digest, o.changed_at, o.changed_by',
  },
  {
    table: 'trashed_tags',
    rows: 20_000,
    columns: `id, image_id, name, manifest_id, created_at, updated_at, updated_by, pulls,
      last_pulled_at, deleted_at, deleted_by`,
    select: `o.id, o.image_id, o.name, m.id, o.created_at, o.updated_at, o.updated_by, o.pulls,
      o.last_pulled_at, o.deleted_at, o.deleted_by`,
    joins: `CROSS JOIN manifests_next AS m
      ON m.image_id = o.image_id AND m.digest = o.manifest_digest`,
  },
  {
    table: 'trash',
    rows: 20_000,
    columns: `id, kind, project_id, workspace_id, image_id, trashed_tag_id, digest, deleted_at,
      deleted_by, purged_at`,
    select: `o.id, o.kind, o.project_id, o.workspace_id, o.image_id, o.trashed_tag_id, o.digest,
      o.deleted_at, o.deleted_by, o.purged_at`,
  },
];

export interface CopyOptions {
  /** Told of each slice that was copied. */
  readonly onSlice?: (table: string) => void;
  /** What the number of rows of a slice is multiplied by. */
  readonly scale?: number;
  /** Whether to forget how far an earlier copy has come. */
  readonly fromStart?: boolean;
}

/** Copies what is not copied yet. */
export async function copyContent(
  database: StatementRunner,
  { onSlice = () => {}, scale = 1, fromStart = false }: CopyOptions = {},
): Promise<void> {
  if (fromStart) await database.run('DELETE FROM upgrade_steps');
  const done = await database.run('SELECT name, done_to AS doneTo FROM upgrade_steps');
  const places = new Map(done.map(({ name, doneTo }) => [name, Number(doneTo)]));
  for (const copy of COPIES) {
    const [last] = await database.run(`SELECT max(rowid) AS rowid FROM ${copy.table}`);
    const end = Number(last?.rowid ?? 0);
    const rows = Math.max(1, Math.round(copy.rows * scale));
    for (let from = places.get(copy.table) ?? 0; from < end; from += rows) {
      await database.run(copyStatement(copy, from, from + rows));
      await database.run(`INSERT INTO upgrade_steps (name, done_to)
        VALUES ('${copy.table}', ${from + rows})
        ON CONFLICT (name) DO UPDATE SET done_to = excluded.done_to`);
      onSlice(copy.table);
    }
  }
}

/** A row whose parent is missing is left out, which the check of migration 0011 finds. */
function copyStatement(copy: Copy, after: number, upTo: number): string {
  const { table, columns, select, joins = '', where = '1' } = copy;
  return `INSERT OR IGNORE INTO ${table}_next (${columns})
    SELECT ${select} FROM ${table} AS o ${joins}
      WHERE o.rowid > ${after} AND o.rowid <= ${upTo} AND ${where}`;
}
