import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import {
  COLUMNS,
  type ImageFilter,
  type ImageKey,
  type ImageOrder,
  type ImageSort,
  type ListedImage,
  listed,
  shown,
  wantedWorkspaces,
  ways,
} from './image-filters.ts';

/** Images in an order, behind `after` (null: from the start). */
export async function listImages(
  db: Database,
  filter: ImageFilter,
  order: ImageOrder,
  after: ImageKey | null,
  limit: number,
): Promise<ListedImage[]> {
  const { by } = order;
  return await db.all<ListedImage>(
    by === 'name'
      ? byName(filter, order, after, limit)
      : byNumber(filter, { ...order, by }, after, limit),
  );
}

/** The rest of the workspace the last page ended in, and the workspaces behind it. */
function byName(filter: ImageFilter, order: ImageOrder, after: ImageKey | null, limit: number) {
  const { order: way, behind } = ways[order.direction];
  const from = sql`
    SELECT ${shown(filter)} FROM workspaces AS w INDEXED BY workspaces_by_name
        CROSS JOIN images AS i INDEXED BY images_by_name ON i.workspace_id = w.id
      WHERE ${wantedWorkspaces(filter)} AND ${listed(sql`i`)}`;
  const rest = sql`ORDER BY w.name ${way}, i.name ${way} LIMIT ${limit}`;
  if (after === null) return sql`${from} ${rest}`;
  const [workspace, name] = after;
  return sql`
    SELECT * FROM (${from} AND w.name = ${workspace} AND i.name ${behind} ${name} ${rest})
    UNION ALL
    SELECT * FROM (${from} AND w.name ${behind} ${workspace} ${rest})
    ORDER BY workspace ${way}, name ${way} LIMIT ${limit}`;
}

const INDEXES = {
  updated: sql`images_by_update`,
  size: sql`images_by_size`,
  pulls: sql`images_by_pulls`,
};

/** The place of an image in an order by number. */
interface Place {
  readonly key: SQL;
  readonly id: SQL;
}

/**
 * An index has the images of one workspace in order; this merges those of all. Only the
 * `limit` workspaces whose first images come first can have anything on the page. The first
 * few images of each of these show how far into each it is worth reading. So of W workspaces
 * a page of L images reads W and some L√L rows, however many images there are.
 */
function byNumber(
  filter: ImageFilter,
  { by, direction }: { by: Exclude<ImageSort, 'name'>; direction: ImageOrder['direction'] },
  after: ImageKey | null,
  limit: number,
) {
  const { order: way, first, last } = ways[direction];
  const key = COLUMNS[by];
  const start: Place = { key: sql`${after?.[0] ?? first}`, id: sql`${after?.[1] ?? first}` };
  const inOrder = sql`ORDER BY key ${way}, id ${way}`;
  const end: Place = { key: sql`${last}`, id: sql`${last}` };
  // The last of `limit` images; the end of the list where there are not so many.
  const lastOf = (images: SQL): Place => ({
    key: sql`coalesce((SELECT key FROM ${images} ${inOrder} LIMIT 1 OFFSET ${limit - 1}), ${last})`,
    id: sql`coalesce((SELECT id FROM ${images} ${inOrder} LIMIT 1 OFFSET ${limit - 1}), ${last})`,
  });
  const read = (workspace: SQL, upTo: Place, count: number) =>
    inWorkspace(workspace, { by, direction }, start, upTo, count);
  const best = sql`${inOrder} LIMIT ${limit}`;
  return sql`
    WITH firsts AS MATERIALIZED (
      SELECT i.workspace_id, i.${key} AS key, i.id AS id FROM workspaces AS w
        CROSS JOIN images AS i ON i.id = ${read(sql`w.id`, end, 1)}
        WHERE ${wantedWorkspaces(filter)} ${best}),
    few AS MATERIALIZED (
      SELECT i.${key} AS key, i.id AS id FROM firsts AS f CROSS JOIN images AS i
        ON i.id IN ${read(sql`f.workspace_id`, lastOf(sql`firsts`), Math.ceil(Math.sqrt(limit)))}
        ${best}),
    page AS MATERIALIZED (
      SELECT i.${key} AS key, i.id AS id FROM firsts AS f CROSS JOIN images AS i
        ON i.id IN ${read(sql`f.workspace_id`, lastOf(sql`few`), limit)}
        ${best})
    SELECT ${shown(filter)} FROM page AS p
      CROSS JOIN images AS i ON i.id = p.id CROSS JOIN workspaces AS w ON w.id = i.workspace_id
      ORDER BY p.key ${way}, p.id ${way}`;
}

/**
 * Ids of images of one workspace behind a place and up to another. Three ranges, since SQLite
 * finds no range of (key, id) in an index where the id is the rowid: the rest of those that
 * have the first place's key, those between, and the first of those with the other's key.
 */
function inWorkspace(
  workspace: SQL,
  { by, direction }: { by: Exclude<ImageSort, 'name'>; direction: ImageOrder['direction'] },
  after: Place,
  upTo: Place,
  count: number,
) {
  const { order: way, behind, before, notBehind, last } = ways[direction];
  const key = sql`x.${COLUMNS[by]}`;
  const range = (where: SQL) => sql`
    SELECT * FROM (SELECT ${key} AS key, x.id AS id FROM images AS x INDEXED BY ${INDEXES[by]}
      WHERE x.workspace_id = ${workspace} AND ${listed(sql`x`)} AND ${where}
      ORDER BY ${key} ${way}, x.id ${way} LIMIT ${count})`;
  const bound = sql`iif(${after.key} = ${upTo.key}, ${upTo.id}, ${last})`;
  // The one first image has to be the first of the three; otherwise they are sorted later.
  const first = count === 1 ? sql`ORDER BY key ${way}, id ${way} LIMIT 1` : sql``;
  return sql`(SELECT id FROM (
    ${range(sql`${key} = ${after.key} AND x.id ${behind} ${after.id} AND x.id ${notBehind} ${bound}`)}
    UNION ALL
    ${range(sql`${key} ${behind} ${after.key} AND ${key} ${before} ${upTo.key}`)}
    UNION ALL
    ${range(sql`${key} = ${upTo.key} AND ${upTo.key} <> ${after.key} AND x.id ${notBehind} ${upTo.id}`)})
    ${first})`;
}

/** Those of some images (by id) that a filter shows, as listImages answers them. */
export async function listImagesAmong(
  db: Database,
  ids: readonly number[],
  filter: ImageFilter,
  order: ImageOrder,
  after: ImageKey | null,
  limit: number,
): Promise<ListedImage[]> {
  const { order: way, behind } = ways[order.direction];
  const key = order.by === 'name' ? sql`w.name, i.name` : sql`i.${COLUMNS[order.by]}, i.id`;
  const sorted =
    order.by === 'name'
      ? sql`w.name ${way}, i.name ${way}`
      : sql`i.${COLUMNS[order.by]} ${way}, i.id ${way}`;
  return await db.all<ListedImage>(sql`
    SELECT ${shown(filter)} FROM json_each(${JSON.stringify(ids)}) AS found
      CROSS JOIN images AS i ON i.id = found.value
      CROSS JOIN workspaces AS w ON w.id = i.workspace_id
      WHERE ${listed(sql`i`)} AND ${wantedWorkspaces(filter)}
        AND ${after === null ? sql`1` : sql`(${key}) ${behind} (${after[0]}, ${after[1]})`}
      ORDER BY ${sorted} LIMIT ${limit}`);
}

/** Ids of images whose full name or description has a text of three characters or more. */
export async function findImages(db: Database, text: string, limit: number): Promise<number[]> {
  const phrase = `"${text.replaceAll('"', '""')}"`;
  const rows = await db.all<{ id: number }>(sql`
    SELECT rowid AS id FROM image_search WHERE image_search MATCH ${phrase} LIMIT ${limit}`);
  return rows.map((row) => row.id);
}
