import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../domain/digest.ts';
import type { Manifest } from '../domain/manifests.ts';
import type { Reference, Tag } from '../domain/names.ts';
import { type BlobRecord, manifestBlobsLookup } from './blobs.ts';
import { type Database, runBatch } from './database.ts';
import { REPOSITORY_IMAGE } from './images.ts';
import { type Lookup, lookUp } from './lookups.ts';
import { referenceStatements } from './manifest-references.ts';
import { images, manifests } from './schema.ts';
import { putTag, trashStatements } from './tags.ts';

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
}

/** A manifest about to be stored; `body` as it will be found again. */
export interface NewManifest {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly size: number;
  readonly body: ManifestRecord['body'];
  readonly tags: readonly Tag[];
  /** What a tag must point at for the push to happen; a null digest: must not exist. */
  readonly expectation: { readonly tag: Tag; readonly digest: Digest | null } | null;
  readonly pushedBy: string;
}

const columns = {
  digest: manifests.digest,
  mediaType: manifests.mediaType,
  size: manifests.size,
  content: manifests.content,
  contentKey: manifests.contentKey,
  damagedAt: manifests.damagedAt,
  unusedSince: manifests.unusedSince,
};

/** A manifest by digest; null when the image does not have it or it is in the trash. */
export async function findManifest(
  db: Database,
  imageId: number,
  digest: Digest,
): Promise<ManifestRecord | null> {
  const image = sql`${imageId}`;
  return (await lookUp(db, { manifest: manifestLookup(image, sql`${digest}`) })).manifest;
}

/** As findManifest, for many: those of the digests that the image has. */
export async function findManifests(
  db: Database,
  imageId: number,
  digests: readonly Digest[],
): Promise<ManifestRecord[]> {
  const rows = await db
    .select(columns)
    .from(manifests)
    .where(
      and(
        eq(manifests.imageId, imageId),
        sql`${manifests.digest} IN (SELECT value FROM json_each(${JSON.stringify(digests)}))`,
        isNull(manifests.deletedAt),
      ),
    );
  return rows.map(toRecord);
}

/** The manifest a tag points at. */
export async function findTaggedManifest(
  db: Database,
  imageId: number,
  tag: Tag,
): Promise<ManifestRecord | null> {
  const image = sql`${imageId}`;
  return (await lookUp(db, { manifest: manifestLookup(image, taggedDigest(image, tag)) })).manifest;
}

/** A manifest of the repository by tag or digest; needs repositoryTable. */
export function repositoryManifest(reference: Reference): Lookup<ManifestRecord | null> {
  return manifestLookup(REPOSITORY_IMAGE, referredDigest(reference));
}

/** The blobs that repositoryManifest names, `limit` at most, but for damaged ones. */
export function repositoryManifestBlobs(
  reference: Reference,
  limit: number,
): Lookup<readonly BlobRecord[]> {
  return manifestBlobsLookup(REPOSITORY_IMAGE, referredDigest(reference), limit);
}

function referredDigest(reference: Reference): SQL {
  return reference.kind === 'tag'
    ? taggedDigest(REPOSITORY_IMAGE, reference.tag)
    : sql`${reference.digest}`;
}

function taggedDigest(image: SQL, tag: Tag): SQL {
  return sql`(SELECT manifest_digest FROM tags WHERE image_id = ${image} AND name = ${tag})`;
}

/** `image` and `digest` are expressions. */
function manifestLookup(image: SQL, digest: SQL): Lookup<ManifestRecord | null> {
  return {
    sql: sql`
      SELECT json_object('digest', digest, 'mediaType', media_type, 'size', size,
          'content', content, 'contentKey', content_key, 'damagedAt', damaged_at,
          'unusedSince', unused_since)
        FROM manifests
        WHERE image_id = ${image} AND digest = ${digest} AND deleted_at IS NULL`,
    read: (value) => (value === null ? null : toRecord(value as StoredManifest)),
  };
}

interface StoredManifest extends Omit<ManifestRecord, 'body' | 'damaged' | 'digest'> {
  readonly digest: string;
  readonly damagedAt: number | null;
  readonly content: string | null;
  readonly contentKey: string | null;
}

function toRecord({
  digest,
  content,
  contentKey,
  damagedAt,
  ...rest
}: StoredManifest): ManifestRecord {
  const body: ManifestRecord['body'] =
    content !== null
      ? { kind: 'text', text: content }
      : { kind: 'object', key: contentKey as string };
  return { ...rest, digest: digest as Digest, body, damaged: damagedAt !== null };
}

/**
 * Stores a manifest with its references and tags in one transaction: all of it or nothing.
 * A manifest that was in the trash comes back. The object of one that was stored already is
 * replaced and doomed.
 * @throws refusal foreign_key, blob_deleted or manifest_deleted (a reference is not there),
 *   tag_changed (the expectation does not hold), image_deleted
 */
export async function putManifest(
  db: Database,
  imageId: number,
  entry: NewManifest,
  now: number,
): Promise<void> {
  const { digest, expectation } = entry;
  const expect = expectation
    ? [
        sql`
          INSERT INTO tag_expectations (image_id, name, manifest_digest)
            VALUES (${imageId}, ${expectation.tag}, ${expectation.digest})`,
      ]
    : [];
  await runBatch(db, [
    ...doomReplacedObject(imageId, entry, now),
    upsertManifest(db, imageId, entry, now),
    ...expect,
    ...referenceStatements(imageId, digest, entry.manifest),
    ...entry.tags.map((tag) => putTag(db, imageId, tag, digest, entry.pushedBy, now)),
    db
      .update(images)
      .set({ publishedAt: sql`coalesce(published_at, ${now})`, updatedAt: now })
      .where(eq(images.id, imageId)),
    ...doomUnusedObject(entry, now),
  ]);
}

function upsertManifest(db: Database, imageId: number, entry: NewManifest, now: number) {
  const { manifest, body } = entry;
  return db
    .insert(manifests)
    .values({
      imageId,
      digest: entry.digest,
      mediaType: manifest.mediaType,
      artifactType: manifest.artifactType,
      subjectDigest: manifest.subject,
      annotations: manifest.subject ? JSON.stringify(manifest.annotations) : null,
      size: entry.size,
      contentSize: manifest.contentSize,
      platforms: manifest.platforms && JSON.stringify(manifest.platforms),
      content: body.kind === 'text' ? body.text : null,
      contentKey: body.kind === 'object' ? body.key : null,
      pushedAt: now,
      pushedBy: entry.pushedBy,
      unusedSince: now,
    })
    .onConflictDoUpdate({
      target: [manifests.imageId, manifests.digest],
      set: {
        mediaType: manifest.mediaType,
        // The object that was just verified takes the place of the one before, which may be lost.
        contentKey: sql`iif(content_key IS NULL, NULL, excluded.content_key)`,
        damagedAt: null,
        pushedAt: now,
        pushedBy: entry.pushedBy,
        deletedAt: null,
        deletedBy: null,
        unusedSince: sql`iif(uses = 0, ${now}, NULL)`,
      },
    });
}

function doomReplacedObject(imageId: number, entry: NewManifest, now: number): SQL[] {
  if (entry.body.kind === 'text') return [];
  return [
    sql`
      INSERT INTO doomed_objects (key, doomed_at)
        SELECT content_key, ${now} FROM manifests
          WHERE image_id = ${imageId} AND digest = ${entry.digest} AND content_key IS NOT NULL
        ON CONFLICT DO NOTHING`,
  ];
}

function doomUnusedObject(entry: NewManifest, now: number) {
  if (entry.body.kind === 'text') return [];
  const { key } = entry.body;
  return [
    sql`
      INSERT INTO doomed_objects (key, doomed_at)
        SELECT ${key}, ${now} WHERE NOT EXISTS (SELECT 1 FROM manifests WHERE content_key = ${key})
        ON CONFLICT DO NOTHING`,
  ];
}

/**
 * Starts the grace period of an unused manifest again, as renewLink does for a blob.
 * False when it has gone meanwhile.
 */
export async function renewManifest(
  db: Database,
  imageId: number,
  digest: Digest,
  now: number,
): Promise<boolean> {
  const renewed = await db
    .update(manifests)
    .set({ unusedSince: sql`iif(uses = 0, ${now}, NULL)` })
    .where(
      and(
        eq(manifests.imageId, imageId),
        eq(manifests.digest, digest),
        isNull(manifests.deletedAt),
      ),
    )
    .returning({ digest: manifests.digest });
  return renewed.length > 0;
}

/** What came of deleting a manifest. */
export type ManifestRemoval = 'removed' | 'unknown' | { readonly usedBy: string };

/**
 * Moves a manifest and the tags that point at it to the trash, in one transaction, unless
 * an index that is not in the trash lists it.
 * @throws refusal tag_immutable
 */
export async function trashManifest(
  db: Database,
  imageId: number,
  digest: Digest,
  deletedBy: string,
  now: number,
): Promise<ManifestRemoval> {
  const parent = sql`
    SELECT m.digest FROM manifest_children AS c
      JOIN manifests AS m ON m.image_id = c.image_id AND m.digest = c.parent_digest
      WHERE c.image_id = ${imageId} AND c.child_digest = ${digest} AND m.deleted_at IS NULL
      LIMIT 1`;
  const [parents = [], removed = []] = await runBatch(db, [
    parent,
    db
      .update(manifests)
      .set({ deletedAt: now, deletedBy })
      .where(
        and(
          eq(manifests.imageId, imageId),
          eq(manifests.digest, digest),
          isNull(manifests.deletedAt),
          sql`NOT EXISTS (${parent})`,
        ),
      )
      .returning({ digest: manifests.digest }),
    ...trashStatements(
      sql`image_id = ${imageId} AND manifest_digest = ${digest} AND EXISTS (
        SELECT 1 FROM manifests AS m
          WHERE m.image_id = ${imageId} AND m.digest = ${digest} AND m.deleted_at IS NOT NULL)`,
      deletedBy,
      now,
    ),
  ]);
  if (removed.length > 0) return 'removed';
  return parents[0] ? { usedBy: String(parents[0].digest) } : 'unknown';
}
