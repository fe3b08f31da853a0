/**
 * What a collection may take, as SQL conditions: the collection and its preview decide by these,
 * so that a preview comes true. Aliases: trash `t`, manifests `m`, links `l` (image_blobs),
 * images `i`, workspaces `w`. The indexes of garbage are partial by the same words.
 */
import { type SQL, sql } from 'drizzle-orm';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';

/** What a collection is asked for, and how long things are kept. */
export interface CollectionTerms {
  /** When it starts, ms since 1970: all times are reckoned from it. */
  readonly startedAt: number;
  readonly emptyTrash: boolean;
  readonly trashDays: number;
  /** In ms. */
  readonly gracePeriod: number;
}

/** The times that a collection decides by, in ms since 1970. */
export interface CollectionTimes {
  readonly now: number;
  /** What was deleted before this leaves the trash. */
  readonly trashedBefore: number;
  /** What nothing has used since before this is past its grace period. */
  readonly unusedBefore: number;
  /** The same for released manifests, which an emptied trash takes along at once. */
  readonly releasedBefore: number;
}

/** The times by which a collection of these terms decides. */
export function collectionTimes(terms: CollectionTerms): CollectionTimes {
  const { startedAt, emptyTrash, trashDays, gracePeriod } = terms;
  const unusedBefore = startedAt - gracePeriod;
  return {
    now: startedAt,
    trashedBefore: emptyTrash ? startedAt + 1 : startedAt - trashDays * DAY_MS,
    unusedBefore,
    releasedBefore: emptyTrash ? Number.MAX_SAFE_INTEGER : unusedBefore,
  };
}

/** A workspace's rows; null: those of every workspace. */
export const inWorkspace = (column: SQL, workspaceId: number | null): SQL =>
  workspaceId === null ? sql`1` : sql`${column} = ${workspaceId}`;

/** Whether neither an image nor its workspace is in the trash: from there they are restored whole. */
export const IS_LIVE = sql`i.deleted_at IS NULL AND w.deleted_at IS NULL`;

/** Whether something in the trash can be restored. */
export const IS_RESTORABLE = sql`t.purged_at IS NULL`;

/** Whether something in the trash can no longer be restored (index trash_purged). */
export const IS_PURGED = sql`t.purged_at IS NOT NULL`;

/** Whether immutable versions keep something in the trash. */
const IS_IMMUTABLE_TRASH = sql`
  (t.kind <> 'version' AND EXISTS (SELECT 1 FROM immutable_trash WHERE trash_id = t.id))`;

/** Whether something in the trash leaves it because its time is over. */
export const isTrashExpired = ({ trashedBefore }: CollectionTimes): SQL =>
  sql`(t.deleted_at < ${trashedBefore} AND ${IS_RESTORABLE} AND NOT ${IS_IMMUTABLE_TRASH})`;

/** Whether something in the trash leaves it, for its time or because it is purged. */
export const isTrashLeaving = (times: CollectionTimes): SQL =>
  sql`(${isTrashExpired(times)} OR ${IS_PURGED})`;

/** Whether something stays in the trash; a version of an image that is there counts with that. */
export const isTrashKept = (times: CollectionTimes): SQL => sql`
  NOT ${isTrashLeaving(times)} AND (t.kind <> 'version' OR i.deleted_at IS NULL)`;

/** Whether a manifest that was deleted by its digest stays in the trash: no tag there uses it. */
export const isManifestInTrash = (times: CollectionTimes): SQL => sql`
  (m.deleted_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM trash AS t INDEXED BY trash_by_image
      WHERE t.image_id = m.image_id AND t.digest = m.digest AND t.trashed_tag_id IS NULL
        AND NOT ${isTrashLeaving(times)}))`;

/**
 * Since when nothing uses a manifest, ms. Its last use is known by its hour: it may have been at
 * the end of that.
 */
export const UNUSED_SINCE = sql`max(m.unused_since, coalesce(m.last_used_at + ${HOUR_MS}, 0))`;

/** Whether that was before a time; by the column first, which has the index. */
const isUnusedSince = (before: SQL): SQL => sql`
  (m.unused_since < ${before} AND ${UNUSED_SINCE} < ${before})`;

/** Whether a manifest goes as soon as nothing keeps it (index manifests_released). */
export const IS_RELEASED = sql`m.uses = 0 AND m.released_at IS NOT NULL`;

/** Whether a released manifest goes, unless the history of a tag keeps it. */
export const isReleasedExpired = (times: CollectionTimes): SQL => sql`
  ${IS_RELEASED} AND ${isUnusedSince(sql`${times.releasedBefore}`)} AND NOT ${isManifestInTrash(times)}`;

/** Whether a released manifest is still within its grace period. */
export const isReleasedKept = (times: CollectionTimes): SQL => sql`
  ${IS_RELEASED} AND NOT ${isUnusedSince(sql`${times.releasedBefore}`)}
  AND NOT ${isManifestInTrash(times)} AND ${IS_LIVE}`;

/** Whether the history of a tag keeps a released manifest: a tag moved on from it lately. */
export const isKeptByHistory = ({ now }: CollectionTimes): SQL => sql`
  m.overwritten_at IS NOT NULL AND m.deleted_at IS NULL AND w.deleted_at IS NULL
  AND (w.untagged_days IS NULL OR m.overwritten_at + w.untagged_days * ${DAY_MS} > ${now})`;

/** Whether a manifest has no tag and nothing else uses it (index manifests_untagged). */
export const IS_UNTAGGED = sql`
  m.uses = 0 AND m.unused_since IS NOT NULL AND m.released_at IS NULL AND m.deleted_at IS NULL`;

/** What has had no tag since before this is past the days of its workspace; null: never. */
const untaggedBefore = ({ now }: CollectionTimes): SQL => sql`${now} - w.untagged_days * ${DAY_MS}`;

/** Whether an untagged manifest is past the days that its workspace keeps it, and past its grace. */
export const isUntaggedExpired = (times: CollectionTimes): SQL => sql`
  ${IS_UNTAGGED} AND ${IS_LIVE}
  AND ${isUnusedSince(sql`min(${untaggedBefore(times)}, ${times.unusedBefore})`)}`;

/** Whether an untagged manifest is still within those days. */
export const isUntaggedKept = (times: CollectionTimes): SQL => sql`
  ${IS_UNTAGGED} AND ${IS_LIVE}
  AND (w.untagged_days IS NULL OR NOT ${isUnusedSince(untaggedBefore(times))})`;

/** Whether an untagged manifest is past those days, and still within its grace period. */
export const isUntaggedInGrace = (times: CollectionTimes): SQL => sql`
  ${IS_UNTAGGED} AND ${IS_LIVE}
  AND ${isUnusedSince(untaggedBefore(times))} AND NOT ${isUnusedSince(sql`${times.unusedBefore}`)}`;

/** Whether no manifest names the blob of a link (index image_blobs_unused). */
export const IS_UNUSED_LINK = sql`l.uses = 0`;

/** Whether an unused link is past its grace period. */
export const isUnusedLinkExpired = ({ unusedBefore }: CollectionTimes): SQL => sql`
  ${IS_UNUSED_LINK} AND l.unused_since < ${unusedBefore} AND ${IS_LIVE}`;

/** Whether an unused link is still within it. */
export const isUnusedLinkKept = ({ unusedBefore }: CollectionTimes): SQL => sql`
  ${IS_UNUSED_LINK} AND l.unused_since >= ${unusedBefore} AND ${IS_LIVE}`;

/** Whether a blob has no link, so that it goes with the last of them. */
export const IS_UNLINKED_BLOB = sql`
  NOT EXISTS (SELECT 1 FROM image_blobs WHERE blob_id = blobs.id)`;
