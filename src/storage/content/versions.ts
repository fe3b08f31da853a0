import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { SortDirection } from '../../domain/lists.ts';
import type { Reference, Tag } from '../../domain/names.ts';
import type { Database } from '../database.ts';
import { LAST_USED } from '../last-use.ts';

/** A manifest, and the tag by which it was found, as lists and views show them. */
export interface VersionRecord {
  /** Null if it was found by digest. */
  readonly tag: Tag | null;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly artifactType: string | null;
  /** Null until the image's config is read. */
  readonly platforms: readonly string[] | null;
  /** Bytes of the manifest's content, as it declares them. */
  readonly size: number;
  /** When and by whom the tag was set, or the manifest pushed. */
  readonly pushedAt: number;
  readonly pushedBy: string;
  readonly pulls: number;
  /** Of the manifest, by whatever tag or digest it was asked for. */
  readonly lastPulledAt: number | null;
  /** The last pull or other use of it or of what it keeps, to the hour. */
  readonly lastUsedAt: number | null;
}

/** Columns of manifests `m` and of `t`, which is the tag, or the manifest again. */
const MANIFEST = sql`m.digest, m.media_type AS mediaType, m.artifact_type AS artifactType,
  m.platforms, m.content_size AS size, m.pulls, m.last_pulled_at AS lastPulledAt,
  ${LAST_USED} AS lastUsedAt`;
const TAGGED = sql`t.name AS tag, ${MANIFEST}, t.updated_at AS pushedAt, t.updated_by AS pushedBy`;
const UNTAGGED = sql`NULL AS tag, ${MANIFEST}, t.pushed_at AS pushedAt, t.pushed_by AS pushedBy`;

type Row = Omit<VersionRecord, 'platforms'> & { readonly platforms: string | null };

function toRecord({ platforms, ...row }: Row): VersionRecord {
  const known = platforms === null ? null : JSON.parse(platforms);
  return { ...row, platforms: known };
}

/**
 * `prefix` is what tags begin with. Only the order by name has it: any other order would also
 * read the tags that do not match.
 */
export type VersionOrder = { readonly direction: SortDirection } & (
  | { readonly by: 'name'; readonly prefix: string }
  | { readonly by: 'updated' }
);

/** Position in a list of versions: [updatedAt, tag]; updatedAt is 0 in a list by name. */
export type VersionKey = readonly [number, string];

export function versionKey({ by }: VersionOrder, version: VersionRecord): VersionKey {
  return [by === 'name' ? 0 : version.pushedAt, version.tag ?? ''];
}

/**
 * Versions of an image in an order, starting after `after` (null: from the start). Tags that are
 * accessories are none.
 */
export async function listVersions(
  db: Database,
  imageId: number,
  order: VersionOrder,
  after: VersionKey | null,
  limit: number,
): Promise<VersionRecord[]> {
  const { by, direction } = order;
  const way = direction === 'asc' ? sql`ASC` : sql`DESC`;
  const sorted = by === 'name' ? sql`name ${way}` : sql`updated_at ${way}, name ${way}`;
  const parts =
    order.by === 'name'
      ? nameRanges(order, after?.[1] ?? null)
      : [sql`tags WHERE ${isPast(direction, after)}`];
  const found = parts.map(
    (part) => sql`
    SELECT * FROM (SELECT * FROM ${part}
      AND image_id = ${imageId} AND subject IS NULL
      ORDER BY ${sorted} LIMIT ${limit})`,
  );
  const rows = await db.all<Row>(sql`
    SELECT ${TAGGED} FROM (
      SELECT * FROM (${sql.join(found, sql` UNION ALL `)}) ORDER BY ${sorted} LIMIT ${limit}) AS t
      CROSS JOIN manifests AS m ON m.id = t.manifest_id
      ORDER BY ${by === 'name' ? sql`t.name ${way}` : sql`t.updated_at ${way}, t.name ${way}`}`);
  return rows.map(toRecord);
}

function isPast(direction: SortDirection, after: VersionKey | null): SQL {
  if (after === null) return sql`1`;
  const past = direction === 'asc' ? sql`>` : sql`<`;
  return sql`(updated_at, name) ${past} (${after[0]}, ${after[1]})`;
}

/** Follows every name. */
const END = '\u{10ffff}';

/** All names, so that those of accessories, which an image may have many of, are not read. */
const NAME_RANGES = [
  { source: sql`tags WHERE 1`, from: '', to: 'sha' },
  {
    source: sql`tags INDEXED BY tags_like_digests WHERE name >= 'sha' AND name < 'shb'`,
    from: 'sha',
    to: 'shb',
  },
  { source: sql`tags WHERE 1`, from: 'shb', to: END },
];

/**
 * Where versions are found by name. Each part has one lower and one upper bound: of two, SQLite
 * may choose the one that leaves it more rows to read.
 */
function nameRanges(order: VersionOrder & { by: 'name' }, after: string | null): SQL[] {
  const { direction, prefix } = order;
  // Names have no control characters: these are all that follow.
  const least = [prefix, direction === 'asc' && after !== null ? `${after}\u0001` : ''];
  const most = [`${prefix}${END}`, direction === 'desc' && after !== null ? after : END];
  return NAME_RANGES.map(({ source, from, to }) => {
    const lower = [from, ...least].sort().at(-1) ?? from;
    const upper = [to, ...most].sort()[0] ?? to;
    return sql`${source} AND name >= ${lower} AND name < ${upper}`;
  });
}

/** A version by tag, or a manifest by digest; null if the image does not have it. */
export async function findVersion(
  db: Database,
  imageId: number,
  reference: Reference,
): Promise<VersionRecord | null> {
  const source: SQL =
    reference.kind === 'tag'
      ? sql`SELECT ${TAGGED} FROM tags AS t
          CROSS JOIN manifests AS m ON m.id = t.manifest_id
          WHERE t.image_id = ${imageId} AND t.name = ${reference.tag}`
      : sql`SELECT ${UNTAGGED} FROM manifests AS m
          CROSS JOIN manifests AS t ON t.id = m.id
          WHERE m.image_id = ${imageId} AND m.digest = ${reference.digest}
            AND m.deleted_at IS NULL`;
  const [row] = await db.all<Row>(source);
  return row ? toRecord(row) : null;
}

/** Stores the platforms of an image, read from its config; later calls change nothing. */
export async function setPlatforms(
  db: Database,
  imageId: number,
  digest: Digest,
  platforms: readonly string[],
): Promise<void> {
  await db.run(sql`
    UPDATE manifests SET platforms = ${JSON.stringify(platforms)}
      WHERE image_id = ${imageId} AND digest = ${digest} AND platforms IS NULL`);
}
