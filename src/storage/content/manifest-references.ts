import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { Manifest } from '../../domain/manifests.ts';
import { type Database, runBatch } from '../database.ts';

/** Digests one statement carries: D1 takes 2 MB a value, and a manifest may name 40,000. */
const SLICE = 10_000;

function sliced(digests: readonly Digest[], statement: (json: string) => SQL): SQL[] {
  const starts = Array.from({ length: Math.ceil(digests.length / SLICE) }, (_, n) => n * SLICE);
  return starts.map((start) => statement(JSON.stringify(digests.slice(start, start + SLICE))));
}

/**
 * The statements that store what a manifest refers to; they fail when a blob or a child is not
 * there (see refusalOf).
 */
export function referenceStatements(imageId: number, digest: Digest, manifest: Manifest): SQL[] {
  return [
    ...sliced(
      manifest.blobs,
      (json) => sql`
        INSERT INTO manifest_blobs (image_id, manifest_digest, blob_digest)
          SELECT ${imageId}, ${digest}, value FROM json_each(${json})
          WHERE 1 ON CONFLICT DO NOTHING`,
    ),
    ...sliced(
      manifest.optionalBlobs,
      (json) => sql`
        INSERT INTO manifest_blobs (image_id, manifest_digest, blob_digest)
          SELECT ${imageId}, ${digest}, link.digest
            FROM json_each(${json}) JOIN image_blobs AS link
              ON link.image_id = ${imageId} AND link.digest = value AND link.deleted_at IS NULL
          WHERE 1 ON CONFLICT DO NOTHING`,
    ),
    ...sliced(
      manifest.children,
      (json) => sql`
        INSERT INTO manifest_children (image_id, parent_digest, child_digest)
          SELECT ${imageId}, ${digest}, value FROM json_each(${json})
          WHERE 1 ON CONFLICT DO NOTHING`,
    ),
  ];
}

/** The blobs and manifests a manifest refers to that the image does not have. */
export async function findMissingReferences(
  db: Database,
  imageId: number,
  manifest: Manifest,
): Promise<{ readonly blobs: Digest[]; readonly children: Digest[] }> {
  const missingBlobs = sliced(
    manifest.blobs,
    (json) => sql`
      SELECT value AS blob FROM json_each(${json})
        WHERE NOT EXISTS (SELECT 1 FROM image_blobs
          WHERE image_id = ${imageId} AND digest = value AND deleted_at IS NULL)`,
  );
  const missingChildren = sliced(
    manifest.children,
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
