import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { RepositoryName } from '../../domain/names.ts';
import {
  type Database,
  type RowId,
  readBooleans,
  runBatch,
  runIdempotent,
  runIdempotentBatch,
  type StoredRow,
} from '../database.ts';
import { type Lookup, pairLookups, runLookups, withTables } from '../lookups.ts';
import {
  type ImageToWrite,
  REPOSITORY_IMAGE,
  type Repository,
  repositoryLookup,
  repositoryTable,
  type Visibility,
  visibleWorkspaces,
} from '../workspaces/images.ts';

/** A blob of an image, and where its bytes are. */
export interface BlobRecord {
  readonly digest: Digest;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly damaged: boolean;
  /** Since when no manifest of the image has named it (ms); null while one does. */
  readonly unusedSince: number | null;
}

/** Verified bytes in R2 that have no row yet. */
export interface StoredObject {
  readonly digest: Digest;
  readonly key: string;
  readonly size: number;
}

/** A blob by image and digest; null when the image does not have it. */
export async function findBlob(
  db: Database,
  imageId: number,
  digest: Digest,
): Promise<BlobRecord | null> {
  return (await runLookups(db, { blob: blobLookup(sql`${imageId}`, digest) })).blob;
}

/** Looks up a blob of the repository; needs repositoryTable. */
export function repositoryBlobLookup(digest: Digest): Lookup<BlobRecord | null> {
  return blobLookup(REPOSITORY_IMAGE, digest);
}

/** Another repository, and its blob if it has it. Whether it may be read is not decided here. */
export interface BlobSource {
  readonly repository: Repository;
  readonly blob: BlobRecord | null;
}

/** Looks up another repository than the request's, and a blob of it; null if there is no workspace. */
export function blobSourceLookup(name: RepositoryName, digest: Digest): Lookup<BlobSource | null> {
  const found = pairLookups(
    repositoryLookup(name),
    repositoryBlobLookup(digest),
    (repository, blob) => repository && { repository, blob },
  );
  return withTables(found, [repositoryTable(name)]);
}

/** `image` is an expression for the image's id. */
function blobLookup(image: SQL, digest: Digest): Lookup<BlobRecord | null> {
  return {
    sql: sql`
      SELECT json_object('key', b.key, 'size', b.size, 'damaged', b.damaged_at IS NOT NULL,
          'unusedSince', link.unused_since)
        FROM blobs AS b CROSS JOIN image_blobs AS link
          ON link.blob_id = b.id AND link.image_id = ${image}
        WHERE b.digest = ${digest} AND link.deleted_at IS NULL`,
    read(value) {
      const row = value as StoredRow<Omit<BlobRecord, 'digest'>> | null;
      return row && { ...readBooleans(row, ['damaged']), digest };
    },
  };
}

/** Looks up the first undamaged blobs of a manifest; `manifest` is an expression for its id. */
export function manifestBlobsLookup(manifest: SQL, limit: number): Lookup<readonly BlobRecord[]> {
  return {
    sql: sql`
      SELECT json_group_array(json_array(digest, key, size)) FROM (
        SELECT b.digest, b.key, b.size
          FROM manifest_blobs AS mb CROSS JOIN blobs AS b ON b.id = mb.blob_id
          WHERE mb.manifest_id = ${manifest} AND b.damaged_at IS NULL
          LIMIT ${limit})`,
    read: (value) =>
      (value as [Digest, string, number][]).map(([digest, key, size]) => {
        return { digest, key, size, damaged: false, unusedSince: null };
      }),
  };
}

/** As findBlob, for many: those of the digests that the image has. */
export async function findBlobs(
  db: Database,
  imageId: number,
  digests: readonly Digest[],
): Promise<BlobRecord[]> {
  const rows = await db.all<StoredRow<BlobRecord>>(sql`
    SELECT b.digest, b.key, b.size, b.damaged_at IS NOT NULL AS damaged,
        link.unused_since AS unusedSince
      FROM json_each(${JSON.stringify(digests)}) AS wanted
      CROSS JOIN blobs AS b ON b.digest = wanted.value
      CROSS JOIN image_blobs AS link ON link.blob_id = b.id AND link.image_id = ${imageId}
        AND link.deleted_at IS NULL`);
  return rows.map((row) => ({ ...row, damaged: row.damaged === 1 }));
}

/**
 * Inserts the row of stored bytes and links them to an image, in one transaction, and answers the
 * blob as if no manifest named it. If the digest
 * is stored already under another key, this object enters the deletion queue instead. If that
 * other object is damaged, this one replaces it, and the damaged one enters the queue.
 * Repeating it with the same object changes nothing.
 * @throws refusal image_deleted, workspace_deleted (see refusalOf)
 */
export async function publishBlob(
  db: Database,
  image: ImageToWrite,
  object: StoredObject,
  now: number,
): Promise<BlobRecord> {
  const { digest, key, size } = object;
  const results = await runIdempotentBatch(db, [
    ...image.make,
    sql`
      INSERT INTO doomed_objects (key, doomed_at)
        SELECT key, ${now} FROM blobs
          WHERE digest = ${digest} AND damaged_at IS NOT NULL AND key <> ${key}
            AND NOT EXISTS (SELECT 1 FROM doomed_objects WHERE key = ${key})
        ON CONFLICT DO NOTHING`,
    sql`
      INSERT INTO blobs (digest, key, size, created_at)
        SELECT ${digest}, ${key}, ${size}, ${now}
          WHERE NOT EXISTS (SELECT 1 FROM doomed_objects WHERE key = ${key})
        ON CONFLICT (digest) DO UPDATE SET key = excluded.key, damaged_at = NULL
          WHERE damaged_at IS NOT NULL`,
    linkStatement(image.id, digest, now),
    sql`
      INSERT INTO doomed_objects (key, doomed_at)
        SELECT ${key}, ${now} WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE key = ${key})
        ON CONFLICT DO NOTHING`,
    sql`SELECT key FROM blobs WHERE digest = ${digest}`,
  ]);
  const published = String(results.at(-1)?.[0]?.key);
  return { digest, key: published, size, damaged: false, unusedSince: now };
}

/**
 * Links a blob that is stored already to an image.
 * @throws refusal foreign_key when the blob is gone, image_deleted, workspace_deleted
 */
export async function linkBlob(
  db: Database,
  image: ImageToWrite,
  digest: Digest,
  now: number,
): Promise<void> {
  await runIdempotentBatch(db, [...image.make, linkStatement(image.id, digest, now)]);
}

/** An absent blob has no id, which the column refuses (see refusalOf). */
const linkStatement = (imageId: RowId, digest: Digest, now: number): SQL => sql`
  INSERT INTO image_blobs (blob_id, image_id, unused_since)
    VALUES (${blobId(digest)}, ${imageId}, ${now})
    ON CONFLICT DO UPDATE SET deleted_at = NULL, unused_since = iif(uses = 0, ${now}, NULL)`;

const blobId = (digest: Digest): SQL => sql`(SELECT id FROM blobs WHERE digest = ${digest})`;

/**
 * Restarts the grace period of an unused blob of an image, so that a push that was told that the
 * blob exists finds it. False if the image does not have it any more.
 */
export async function extendBlobGrace(
  db: Database,
  imageId: number,
  digest: Digest,
  now: number,
): Promise<boolean> {
  const rows = await runIdempotent(
    db,
    sql`
      UPDATE image_blobs SET unused_since = iif(uses = 0, ${now}, NULL)
        WHERE blob_id = ${blobId(digest)} AND image_id = ${imageId} AND deleted_at IS NULL
        RETURNING blob_id`,
  );
  return rows.length > 0;
}

/** The result of deleting a blob; `usedBy`: the manifest that names it, so it stays. */
export type BlobDeletion = 'deleted' | 'unknown' | { readonly usedBy: string };

/**
 * Deletes a blob from an image unless a manifest that is not in the trash names it. Its link is
 * only hidden until a collection deletes it, because manifests in the trash may need it.
 */
export async function deleteBlob(
  db: Database,
  imageId: number,
  digest: Digest,
  now: number,
): Promise<BlobDeletion> {
  const user = sql`
    SELECT m.digest FROM manifest_blobs AS mb CROSS JOIN manifests AS m ON m.id = mb.manifest_id
      WHERE mb.blob_id = ${blobId(digest)} AND mb.image_id = ${imageId} AND m.deleted_at IS NULL
      LIMIT 1`;
  const [hidden = [], users = []] = await runBatch(db, [
    sql`
      UPDATE image_blobs SET deleted_at = ${now}
        WHERE blob_id = ${blobId(digest)} AND image_id = ${imageId} AND deleted_at IS NULL
          AND NOT EXISTS (${user})
        RETURNING blob_id`,
    user,
  ]);
  if (hidden.length > 0) return 'deleted';
  return users[0] ? { usedBy: String(users[0].digest) } : 'unknown';
}

/** Maximum number of links that a search for a readable copy of a blob reads. */
const MAX_LINKS_SEARCHED = 500;

/** Whether an image within the visibility has the blob, undamaged. */
export async function isBlobVisible(
  db: Database,
  digest: Digest,
  visibility: Visibility,
): Promise<boolean> {
  const rows = await db.all(sql`
    SELECT 1 FROM blobs AS b
      CROSS JOIN (SELECT image_id FROM image_blobs
        WHERE blob_id = ${blobId(digest)} AND deleted_at IS NULL
        LIMIT ${MAX_LINKS_SEARCHED}) AS link
      CROSS JOIN images AS i ON i.id = link.image_id AND i.deleted_at IS NULL
      CROSS JOIN workspaces AS w ON w.id = i.workspace_id AND w.deleted_at IS NULL
      WHERE b.digest = ${digest} AND b.damaged_at IS NULL AND ${visibleWorkspaces(visibility)} LIMIT 1`);
  return rows.length > 0;
}
