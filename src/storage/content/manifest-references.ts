import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { Manifest } from '../../domain/manifests.ts';
import { type Database, type RowId, runBatch } from '../database.ts';
import { addToImageSize } from './image-size.ts';

/** Digests per statement: D1 takes 2 MB a value, and a manifest may name 40,000 blobs. */
const SLICE = 10_000;

/** Splits digests into JSON arrays that each fit one parameter. */
function slices(digests: readonly Digest[]): string[] {
  const starts = Array.from({ length: Math.ceil(digests.length / SLICE) }, (_, n) => n * SLICE);
  return starts.map((start) => JSON.stringify(digests.slice(start, start + SLICE)));
}

/**
 * The statements that store the references of a manifest and add its blobs to the size of the
 * image. They fail with refusal foreign_key if a blob or a child is missing (see refusalOf).
 * @param also other columns of the image that the first of them sets, as `, column = value`
 */
export function referenceStatements(
  imageId: RowId,
  digest: Digest,
  manifest: Manifest,
  also: SQL,
): SQL[] {
  // An absent blob or child has no id, which the columns refuse.
  const from = (json: string) => sql`FROM manifests AS m CROSS JOIN json_each(${json}) AS d`;
  const where = sql`WHERE m.image_id = ${imageId} AND m.digest = ${digest}`;
  // The blobs of a manifest that is pushed again are counted already.
  const isNew = sql`NOT EXISTS (SELECT 1 FROM manifests AS m
    CROSS JOIN manifest_blobs AS mb ON mb.manifest_id = m.id ${where})`;
  const [first = '[]', ...rest] = slices(manifest.blobs);
  const blobs = [first, ...rest].flatMap((json, n) => [
    ...addToImageSize(imageId, json, n === 0 ? { also, onlyIf: isNew } : {}),
    sql`
      INSERT INTO manifest_blobs (manifest_id, blob_id, image_id)
        SELECT m.id, (SELECT id FROM blobs WHERE digest = d.value), m.image_id
          ${from(json)} ${where} ON CONFLICT DO NOTHING`,
  ]);
  const optionalBlobs = slices(manifest.optionalBlobs).flatMap((json) => [
    ...addToImageSize(imageId, json),
    sql`
      INSERT INTO manifest_blobs (manifest_id, blob_id, image_id)
        SELECT m.id, link.blob_id, m.image_id ${from(json)}
            CROSS JOIN blobs AS b ON b.digest = d.value
            CROSS JOIN image_blobs AS link
              ON link.blob_id = b.id AND link.image_id = m.image_id AND link.deleted_at IS NULL
          ${where} ON CONFLICT DO NOTHING`,
  ]);
  const children = slices(manifest.children).map(
    (json) => sql`
      INSERT INTO manifest_children (parent_id, child_id)
        SELECT m.id, (
            SELECT c.id FROM manifests AS c WHERE c.image_id = m.image_id AND c.digest = d.value)
          ${from(json)} ${where} ON CONFLICT DO NOTHING`,
  );
  return [...blobs, ...optionalBlobs, ...children];
}

/** The blobs and children of a manifest that the image does not have. */
export async function findMissingReferences(
  db: Database,
  imageId: number,
  manifest: Manifest,
): Promise<{ readonly blobs: Digest[]; readonly children: Digest[] }> {
  const missingBlobs = slices(manifest.blobs).map(
    (json) => sql`
      SELECT value AS blob FROM json_each(${json})
        WHERE NOT EXISTS (
          SELECT 1 FROM blobs AS b CROSS JOIN image_blobs AS link
              ON link.blob_id = b.id AND link.image_id = ${imageId} AND link.deleted_at IS NULL
            WHERE b.digest = value)`,
  );
  const missingChildren = slices(manifest.children).map(
    (json) => sql`
      SELECT value AS child FROM json_each(${json})
        WHERE NOT EXISTS (SELECT 1 FROM manifests
          WHERE image_id = ${imageId} AND digest = value AND deleted_at IS NULL)`,
  );
  const results = await runBatch(db, [...missingBlobs, ...missingChildren]);
  const rows = results.flat();
  return {
    blobs: rows.flatMap((row) => ('blob' in row ? [row.blob as Digest] : [])),
    children: rows.flatMap((row) => ('child' in row ? [row.child as Digest] : [])),
  };
}
