import { type SQL, sql } from 'drizzle-orm';
import type { ImageSort, SortDirection } from '../../domain/lists.ts';
import { type Database, readBooleans, type StoredRow } from '../database.ts';
import {
  COLUMNS,
  DIRECTIONS,
  type ImageFilter,
  type ImageKey,
  type ImageOrder,
  type ListedImage,
  listed,
  shown,
  wantedWorkspaces,
} from './image-filters.ts';
import { type ImagePlaces, imagePlaces, PLACES } from './image-places.ts';

/** Images in an order, starting after `after` (null: from the start). */
export async function listImages(
  db: Database,
  filter: ImageFilter,
  order: ImageOrder,
  after: ImageKey | null,
  limit: number,
): Promise<ListedImage[]> {
  const { by } = order;
  const rows = await db.all<StoredRow<ListedImage>>(
    by === 'name'
      ? byName(filter, order, after, limit)
      : byNumber(filter, { ...order, by }, after, limit),
  );
  return rows.map((row) => readBooleans(row, ['marked']));
}

/** The rest of the workspace in which the last page ended, then the workspaces after it. */
function byName(filter: ImageFilter, order: ImageOrder, after: ImageKey | null, limit: number) {
  const { order: way, isAfter } = DIRECTIONS[order.direction];
  const from = sql`
    SELECT ${shown(filter)} FROM workspaces AS w INDEXED BY workspaces_by_name
        CROSS JOIN images AS i INDEXED BY images_by_name ON i.workspace_id = w.id
      WHERE ${wantedWorkspaces(filter)} AND ${listed(sql`i`)}`;
  const rest = sql`ORDER BY w.name ${way}, i.name ${way} LIMIT ${limit}`;
  if (after === null) return sql`${from} ${rest}`;
  const [workspace, name] = after;
  return sql`
    SELECT * FROM (${from} AND w.name = ${workspace} AND i.name ${isAfter} ${name} ${rest})
    UNION ALL
    SELECT * FROM (${from} AND w.name ${isAfter} ${workspace} ${rest})
    ORDER BY workspace ${way}, name ${way} LIMIT ${limit}`;
}

/** The sorts of a list by a number. */
type NumberSort = Exclude<ImageSort, 'name'>;

/** A number as SQL text: D1 binds 100 parameters at most, and these occur often. */
const number = (value: number): SQL => sql.raw(String(value));

/** Position of an image in an order by number. */
interface Position {
  readonly key: SQL;
  readonly id: SQL;
}

/**
 * An index has the images of one place in order; this merges those of all places. Only the `limit`
 * places whose first images come first can have images on the page. The first few images of each
 * of these show how far to read into each. So a page of L images from P places reads at most P
 * and some L√L rows, however many images there are, and about L rows from a single place.
 */
function byNumber(
  filter: ImageFilter,
  { by, direction }: { by: NumberSort; direction: SortDirection },
  after: ImageKey | null,
  limit: number,
) {
  const { order: way, first, last } = DIRECTIONS[direction];
  const places = imagePlaces(filter);
  const key = COLUMNS[by];
  const start: Position = { key: sql`(SELECT key FROM start)`, id: sql`(SELECT id FROM start)` };
  const inOrder = sql`ORDER BY key ${way}, id ${way}`;
  const end: Position = { key: number(last), id: number(last) };
  // The last of `limit` images; the end of the list if there are fewer.
  const lastOf = (images: SQL): Position => ({
    key: sql`coalesce((SELECT key FROM ${images} ${inOrder} LIMIT 1 OFFSET ${number(limit - 1)}), ${number(last)})`,
    id: sql`coalesce((SELECT id FROM ${images} ${inOrder} LIMIT 1 OFFSET ${number(limit - 1)}), ${number(last)})`,
  });
  const read = (upTo: Position, count: number) =>
    inPlace(places, { by, direction }, start, upTo, count);
  const best = sql`${inOrder} LIMIT ${number(limit)}`;
  // Of one place the page itself is as near as these would show.
  const few = places.isOne
    ? sql``
    : sql`few AS MATERIALIZED (
      SELECT i.${key} AS key, i.id AS id FROM firsts AS p CROSS JOIN images AS i
        ON i.id IN ${read(lastOf(sql`firsts`), Math.ceil(Math.sqrt(limit)))} ${best}),`;
  return sql`
    WITH start(key, id) AS MATERIALIZED (SELECT ${after?.[0] ?? first}, ${after?.[1] ?? first}),
    places(kind, place) AS (${places.sql}),
    firsts AS MATERIALIZED (
      SELECT p.kind, p.place, i.${key} AS key, i.id AS id FROM places AS p
        CROSS JOIN images AS i ON i.id = ${read(end, 1)} ${best}),
    ${few}page AS MATERIALIZED (
      SELECT i.${key} AS key, i.id AS id FROM firsts AS p CROSS JOIN images AS i
        ON i.id IN ${read(places.isOne ? end : lastOf(sql`few`), limit)} ${best})
    SELECT ${shown(filter)} FROM page AS p
      CROSS JOIN images AS i ON i.id = p.id CROSS JOIN workspaces AS w ON w.id = i.workspace_id
      ORDER BY p.key ${way}, p.id ${way}`;
}

/**
 * Ids of images of place `p` after one position and up to another, as three ranges, because SQLite
 * cannot search a range of (key, id) in an index where the id is the rowid: the rest of those
 * with the first position's key, those between, and the first ones with the other's key.
 */
function inPlace(
  { kinds }: ImagePlaces,
  { by, direction }: { by: NumberSort; direction: SortDirection },
  after: Position,
  upTo: Position,
  count: number,
) {
  const { order: way, isAfter, isBefore, isNotAfter, last } = DIRECTIONS[direction];
  const key = sql`x.${COLUMNS[by]}`;
  const range = (where: SQL) => {
    const ofKind = kinds.map(
      (kind) => sql`
        SELECT * FROM (SELECT ${key} AS key, x.id AS id
          FROM images AS x INDEXED BY ${PLACES[kind].indexes[by]}
          WHERE p.kind = ${sql.raw(`'${kind}'`)} AND x.${PLACES[kind].column} = p.place AND ${listed(sql`x`)}
            AND ${where}
          ORDER BY ${key} ${way}, x.id ${way} LIMIT ${number(count)})`,
    );
    // Nested, because D1 allows five terms in one compound SELECT.
    return sql`SELECT * FROM (${sql.join(ofKind, sql` UNION ALL `)})`;
  };
  const bound = sql`iif(${after.key} = ${upTo.key}, ${upTo.id}, ${number(last)})`;
  // A single image must be the first of the three ranges; more are sorted later.
  const first = count === 1 ? sql`ORDER BY key ${way}, id ${way} LIMIT 1` : sql``;
  return sql`(SELECT id FROM (
    ${range(sql`${key} = ${after.key} AND x.id ${isAfter} ${after.id} AND x.id ${isNotAfter} ${bound}`)}
    UNION ALL
    ${range(sql`${key} ${isAfter} ${after.key} AND ${key} ${isBefore} ${upTo.key}`)}
    UNION ALL
    ${range(sql`${key} = ${upTo.key} AND ${upTo.key} <> ${after.key} AND x.id ${isNotAfter} ${upTo.id}`)})
    ${first})`;
}

/** As listImages, for some images by id. */
export async function listImagesAmong(
  db: Database,
  ids: readonly number[],
  filter: ImageFilter,
  order: ImageOrder,
  after: ImageKey | null,
  limit: number,
): Promise<ListedImage[]> {
  const { order: way, isAfter } = DIRECTIONS[order.direction];
  const key = order.by === 'name' ? sql`w.name, i.name` : sql`i.${COLUMNS[order.by]}, i.id`;
  const sorted =
    order.by === 'name'
      ? sql`w.name ${way}, i.name ${way}`
      : sql`i.${COLUMNS[order.by]} ${way}, i.id ${way}`;
  const rows = await db.all<StoredRow<ListedImage>>(sql`
    SELECT ${shown(filter)} FROM json_each(${JSON.stringify(ids)}) AS found
      CROSS JOIN images AS i ON i.id = found.value
      CROSS JOIN workspaces AS w ON w.id = i.workspace_id
      WHERE ${listed(sql`i`)} AND ${wantedWorkspaces(filter)}
        AND ${after === null ? sql`1` : sql`(${key}) ${isAfter} (${after[0]}, ${after[1]})`}
      ORDER BY ${sorted} LIMIT ${limit}`);
  return rows.map((row) => readBooleans(row, ['marked']));
}

/** Ids of images whose full name or description contains a text of at least three characters. */
export async function findImages(db: Database, text: string, limit: number): Promise<number[]> {
  const phrase = `"${text.replaceAll('"', '""')}"`;
  const rows = await db.all<{ id: number }>(sql`
    SELECT rowid AS id FROM image_search WHERE image_search MATCH ${phrase} LIMIT ${limit}`);
  return rows.map((row) => row.id);
}
