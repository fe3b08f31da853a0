import { type SQL, sql } from 'drizzle-orm';

/** Whose record says what was freed, and when that was. */
export interface Freeing {
  readonly runId: number;
  readonly now: number;
}

/**
 * The statements that drop those of these blobs that no image has any more: their objects are
 * doomed, and the run is credited with them, in the transaction of whatever removed the links.
 * @param digests JSON array
 */
export function freeBlobs(digests: string, { runId, now }: Freeing): SQL[] {
  const free = sql`digest IN (SELECT value FROM json_each(${digests})) AND uses = 0`;
  return [
    doom(sql`SELECT key FROM blobs WHERE ${free}`, now),
    credit(
      sql`SELECT count(*) AS objects, coalesce(sum(size), 0) AS bytes FROM blobs WHERE ${free}`,
      runId,
    ),
    sql`DELETE FROM blobs WHERE ${free}`,
  ];
}

/**
 * The statements that drop manifests, with the objects of those too large for a row.
 * @param which a condition on manifests
 */
export function freeManifests(which: SQL, { runId, now }: Freeing): SQL[] {
  const inObject = sql`FROM manifests WHERE content_key IS NOT NULL AND ${which}`;
  return [
    doom(sql`SELECT content_key AS key ${inObject}`, now),
    credit(sql`SELECT count(*) AS objects, coalesce(sum(size), 0) AS bytes ${inObject}`, runId),
    sql`DELETE FROM manifests WHERE ${which}`,
  ];
}

const doom = (keys: SQL, now: number): SQL => sql`
  INSERT INTO doomed_objects (key, doomed_at) SELECT key, ${now} FROM (${keys}) WHERE 1
    ON CONFLICT DO NOTHING`;

const credit = (sums: SQL, runId: number): SQL => sql`
  UPDATE collection_runs
    SET freed_objects = freed_objects + s.objects, freed_bytes = freed_bytes + s.bytes
    FROM (${sums}) AS s WHERE id = ${runId} AND s.objects > 0`;
