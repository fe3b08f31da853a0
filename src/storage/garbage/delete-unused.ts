import { type SQL, sql } from 'drizzle-orm';
import { IS_UNLINKED_BLOB } from '../collectable.ts';

/** The run that a deletion is credited to, and the time of the deletion (ms). */
export interface Deleting {
  readonly runId: number;
  readonly now: number;
}

/**
 * The statements that delete those of these blobs that no image has any more, and put their
 * objects into the deletion queue. They belong in the transaction that deletes the links.
 * @param ids JSON array
 */
export function deleteBlobsStatements(ids: string, { runId, now }: Deleting): SQL[] {
  const which = sql`FROM blobs
    WHERE id IN (SELECT value FROM json_each(${ids})) AND ${IS_UNLINKED_BLOB}`;
  return [
    queueObjects(sql`SELECT key ${which}`, now),
    credit(sql`SELECT count(*) AS objects, coalesce(sum(size), 0) AS bytes ${which}`, runId),
    sql`DELETE ${which}`,
  ];
}

/**
 * The statements that delete manifests, and put the objects of large ones into the deletion queue.
 * @param which a condition on manifests
 */
export function deleteManifestsStatements(which: SQL, { runId, now }: Deleting): SQL[] {
  const inObject = sql`FROM manifests WHERE content_key IS NOT NULL AND ${which}`;
  return [
    queueObjects(sql`SELECT content_key AS key ${inObject}`, now),
    credit(sql`SELECT count(*) AS objects, coalesce(sum(size), 0) AS bytes ${inObject}`, runId),
    sql`DELETE FROM manifests WHERE ${which}`,
  ];
}

const queueObjects = (keys: SQL, now: number): SQL => sql`
  INSERT INTO doomed_objects (key, doomed_at) SELECT key, ${now} FROM (${keys}) WHERE 1
    ON CONFLICT DO NOTHING`;

const credit = (sums: SQL, runId: number): SQL => sql`
  UPDATE collection_runs
    SET freed_objects = freed_objects + s.objects, freed_bytes = freed_bytes + s.bytes
    FROM (${sums}) AS s WHERE id = ${runId} AND s.objects > 0`;
