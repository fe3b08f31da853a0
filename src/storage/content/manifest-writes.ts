import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { Manifest } from '../../domain/manifests.ts';
import type { Tag } from '../../domain/names.ts';
import { restoreAccessories } from '../accessories.ts';
import {
  type Database,
  type RowId,
  runBatch,
  runIdempotent,
  runIdempotentBatch,
  type Statement,
} from '../database.ts';
import { showChildren } from '../restore-contents.ts';
import { manifests } from '../schema.ts';
import { triggersOfImage } from '../triggers/queue.ts';
import type { ImageToWrite } from '../workspaces/images.ts';
import { referenceStatements } from './manifest-references.ts';
import type { ManifestRecord } from './manifests.ts';
import { putTag } from './tags.ts';

/** A manifest to store; `body` is its text, or where its text is. */
export interface NewManifest {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly size: number;
  readonly body: ManifestRecord['body'];
  readonly tags: readonly Tag[];
  /** What a tag must point at, or the push is refused; a null digest: the tag must not exist. */
  readonly expectation: { readonly tag: Tag; readonly digest: Digest | null } | null;
  readonly pushedBy: string;
  /** Ends the transaction unless the push may still be let in. */
  readonly confirm: Statement;
}

/** A manifest that was stored. */
export interface WrittenManifest {
  readonly imageId: number;
  /** Ids of the triggers to wake. */
  readonly triggers: readonly number[];
}

/**
 * Stores a manifest with its references and tags in one transaction, all of it or nothing, and
 * answers the id of the image and the triggers that its events wait for.
 * A manifest in the trash is restored. If the manifest was stored as an object already, the new
 * object replaces that one, which enters the deletion queue.
 * @throws refusal foreign_key, blob_deleted or manifest_deleted (a reference is missing),
 *   tag_changed (the expectation does not hold), tag_immutable, decision_changed
 */
export async function putManifest(
  db: Database,
  image: ImageToWrite,
  entry: NewManifest,
  now: number,
): Promise<WrittenManifest> {
  const { digest, expectation, confirm } = entry;
  const { id: imageId } = image;
  const expect = expectation
    ? [
        sql`
          INSERT INTO tag_expectations (image_id, name, manifest_digest)
            VALUES (${imageId}, ${expectation.tag}, ${expectation.digest})`,
      ]
    : [];
  // An expectation that held the first time does not hold the second: the tag has moved by then.
  const run = expectation ? runBatch : runIdempotentBatch;
  const results = await run(db, [
    confirm,
    ...image.make,
    ...queueReplacedObject(imageId, entry, now),
    upsertManifest(db, imageId, entry, now),
    ...expect,
    // Before published_at is set, so that the workspace of a new image is written once.
    ...entry.tags.map((tag) => putTag(db, imageId, tag, digest, entry.pushedBy, now)),
    ...referenceStatements(imageId, digest, entry.manifest, published(now)),
    ...(entry.manifest.children.length > 0 ? showChildren(imageId, digest, now) : []),
    // A push takes the manifest out of the trash, by its digest alone, too.
    ...restoreAccessories(imageId, digest),
    startGrace(imageId, digest, now),
    ...queueUnusedObject(entry, now),
    sql`SELECT ${imageId} AS id, ${triggersOfImage(imageId)} AS triggers`,
  ]);
  const stored = results.at(-1)?.[0];
  return { imageId: Number(stored?.id), triggers: JSON.parse(String(stored?.triggers)) };
}

const published = (now: number): SQL => sql`
  , published_at = coalesce(published_at, ${now}), updated_at = ${now}`;

/** Last, because by then most manifests have a tag and never enter the index of untagged ones. */
const startGrace = (imageId: RowId, digest: Digest, now: number): SQL => sql`
  UPDATE manifests SET unused_since = ${now}
    WHERE image_id = ${imageId} AND digest = ${digest} AND uses = 0 AND unused_since IS NULL`;

function upsertManifest(db: Database, imageId: RowId, entry: NewManifest, now: number) {
  const { manifest, body } = entry;
  return db
    .insert(manifests)
    .values({
      imageId,
      workspaceId: sql`(SELECT workspace_id FROM images WHERE id = ${imageId})`,
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
    })
    .onConflictDoUpdate({
      target: [manifests.imageId, manifests.digest],
      set: {
        mediaType: manifest.mediaType,
        // The object that was just verified replaces the earlier one, which may be lost.
        contentKey: sql`iif(content_key IS NULL, NULL, excluded.content_key)`,
        damagedAt: null,
        pushedAt: now,
        pushedBy: entry.pushedBy,
        deletedAt: null,
        deletedBy: null,
        unusedSince: sql`iif(uses = 0, ${now}, NULL)`,
        // Pushed again, it is a new untagged manifest, which has its days before it.
        releasedAt: null,
      },
    });
}

function queueReplacedObject(imageId: RowId, entry: NewManifest, now: number): SQL[] {
  if (entry.body.kind === 'text') return [];
  // By the second time, it is this object.
  const { key } = entry.body;
  return [
    sql`
      INSERT INTO doomed_objects (key, doomed_at)
        SELECT content_key, ${now} FROM manifests
          WHERE image_id = ${imageId} AND digest = ${entry.digest} AND content_key <> ${key}
        ON CONFLICT DO NOTHING`,
  ];
}

function queueUnusedObject(entry: NewManifest, now: number) {
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
 * Restarts the grace period of an unused manifest, so that a push that was told that it exists
 * finds it, and undoes its release if that was for its age. False if the image does not have it any
 * more.
 */
export async function extendManifestGrace(
  db: Database,
  imageId: number,
  digest: Digest,
  now: number,
): Promise<boolean> {
  const rows = await runIdempotent(
    db,
    db
      .update(manifests)
      .set({
        unusedSince: sql`iif(uses = 0, ${now}, NULL)`,
        releasedAt: sql`iif(released_by_age, NULL, released_at)`,
        releasedByAge: false,
      })
      .where(
        and(
          eq(manifests.imageId, imageId),
          eq(manifests.digest, digest),
          isNull(manifests.deletedAt),
        ),
      )
      .returning({ digest: manifests.digest }),
  );
  return rows.length > 0;
}
