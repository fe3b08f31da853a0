import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { Reference, Tag } from '../../domain/names.ts';
import type { Database } from '../database.ts';
import { type Lookup, runLookups } from '../lookups.ts';
import { manifests } from '../schema.ts';
import { REPOSITORY_IMAGE } from '../workspaces/images.ts';
import { type BlobRecord, manifestBlobsLookup } from './blobs.ts';

/** A manifest of an image: its text, or where the text is. */
export interface ManifestRecord {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'object'; readonly key: string };
  /** Whether its object was found to be lost or wrong. */
  readonly damaged: boolean;
  /** Since when nothing has used it (ms); null while something does. */
  readonly unusedSince: number | null;
  /** Whether a collection deletes it once nothing uses it. */
  readonly isReleased: boolean;
}

const columns = {
  digest: manifests.digest,
  mediaType: manifests.mediaType,
  size: manifests.size,
  content: manifests.content,
  contentKey: manifests.contentKey,
  damagedAt: manifests.damagedAt,
  unusedSince: manifests.unusedSince,
  releasedAt: manifests.releasedAt,
};

/** A manifest by digest; null if the image does not have it or it is in the trash. */
export async function findManifest(
  db: Database,
  imageId: number,
  digest: Digest,
): Promise<ManifestRecord | null> {
  const image = sql`${imageId}`;
  return (await runLookups(db, { manifest: manifestLookup(image, { kind: 'digest', digest }) }))
    .manifest;
}

/** Bytes of those manifests that the image has, without reading their texts. */
export async function findManifestSizes(
  db: Database,
  imageId: number,
  digests: readonly Digest[],
): Promise<{ digest: Digest; size: number }[]> {
  const { digest, size } = manifests;
  const rows = await db.select({ digest, size }).from(manifests).where(oneOf(imageId, digests));
  return rows.map((row) => ({ ...row, digest: row.digest as Digest }));
}

/** As findManifest, for many: those of the digests that the image has. */
export async function findManifests(
  db: Database,
  imageId: number,
  digests: readonly Digest[],
): Promise<ManifestRecord[]> {
  const rows = await db.select(columns).from(manifests).where(oneOf(imageId, digests));
  return rows.map(toRecord);
}

function oneOf(imageId: number, digests: readonly Digest[]): SQL | undefined {
  return and(
    eq(manifests.imageId, imageId),
    sql`${manifests.digest} IN (SELECT value FROM json_each(${JSON.stringify(digests)}))`,
    isNull(manifests.deletedAt),
  );
}

/** The manifest that a tag points at; null if there is no such tag, or it is in the trash. */
export async function findTaggedManifest(
  db: Database,
  imageId: number,
  tag: Tag,
): Promise<ManifestRecord | null> {
  const image = sql`${imageId}`;
  return (await runLookups(db, { manifest: manifestLookup(image, { kind: 'tag', tag }) })).manifest;
}

/** Looks up a manifest of the repository by tag or digest; needs repositoryTable. */
export function repositoryManifestLookup(reference: Reference): Lookup<ManifestRecord | null> {
  return manifestLookup(REPOSITORY_IMAGE, reference);
}

/** Looks up at most `limit` undamaged blobs of that manifest; needs repositoryTable. */
export function repositoryManifestBlobsLookup(
  reference: Reference,
  limit: number,
): Lookup<readonly BlobRecord[]> {
  return manifestBlobsLookup(manifestId(REPOSITORY_IMAGE, reference), limit);
}

/** Looks up whether an index that is not in the trash lists that manifest; needs repositoryTable. */
export function repositoryListedLookup(reference: Reference): Lookup<boolean> {
  return {
    sql: sql`
      SELECT EXISTS (
        SELECT 1 FROM manifest_children AS c CROSS JOIN manifests AS p ON p.id = c.parent_id
          WHERE c.child_id = ${manifestId(REPOSITORY_IMAGE, reference)} AND p.deleted_at IS NULL)`,
    read: (value) => value === 1,
  };
}

/** The id of a manifest by tag or digest, as a scalar subquery. */
function manifestId(image: SQL, reference: Reference): SQL {
  return reference.kind === 'tag'
    ? sql`(SELECT manifest_id FROM tags WHERE image_id = ${image} AND name = ${reference.tag})`
    : sql`(SELECT id FROM manifests WHERE image_id = ${image} AND digest = ${reference.digest})`;
}

/** `image` is an expression for the image's id. */
function manifestLookup(image: SQL, reference: Reference): Lookup<ManifestRecord | null> {
  const which =
    reference.kind === 'tag'
      ? sql`id = ${manifestId(image, reference)}`
      : sql`image_id = ${image} AND digest = ${reference.digest}`;
  return {
    sql: sql`
      SELECT json_object('digest', digest, 'mediaType', media_type, 'size', size,
          'content', content, 'contentKey', content_key, 'damagedAt', damaged_at,
          'unusedSince', unused_since, 'releasedAt', released_at)
        FROM manifests WHERE ${which} AND deleted_at IS NULL`,
    read: (value) => (value === null ? null : toRecord(value as StoredManifest)),
  };
}

interface StoredManifest
  extends Omit<ManifestRecord, 'body' | 'damaged' | 'digest' | 'isReleased'> {
  readonly digest: string;
  readonly damagedAt: number | null;
  readonly releasedAt: number | null;
  readonly content: string | null;
  readonly contentKey: string | null;
}

function toRecord({
  digest,
  content,
  contentKey,
  damagedAt,
  releasedAt,
  ...rest
}: StoredManifest): ManifestRecord {
  const body: ManifestRecord['body'] =
    content !== null
      ? { kind: 'text', text: content }
      : { kind: 'object', key: contentKey as string };
  const [damaged, isReleased] = [damagedAt !== null, releasedAt !== null];
  return { ...rest, digest: digest as Digest, body, damaged, isReleased };
}
