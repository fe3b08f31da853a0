/**
 * What a collection may delete, as SQL conditions. The collection and its preview both decide by
 * these, so that they agree. Aliases: trash `t`, manifests `m`, links `l` (image_blobs), images
 * `i`, workspaces `w`. The partial indexes of garbage have the same conditions.
 */
import { type SQL, sql } from 'drizzle-orm';
import { DAY_MS } from '../domain/time.ts';

/** Whether a row belongs to a workspace; null: every row. */
export const inWorkspace = (column: SQL, workspaceId: number | null): SQL =>
  workspaceId === null ? sql`1` : sql`${column} = ${workspaceId}`;

/** Whether something in the trash has expired: it was deleted before a time, and is not purged. */
export const isTrashExpired = (before: number): SQL =>
  sql`t.deleted_at < ${before} AND t.purged_at IS NULL`;

/** Whether something in the trash can no longer be restored (index trash_purged). */
export const IS_PURGED = sql`t.purged_at IS NOT NULL`;

/**
 * Whether a manifest is unused and released (see docs/architecture.md): it is deleted unless the
 * history of a tag keeps it (index manifests_released).
 */
export const IS_RELEASED = sql`m.uses = 0 AND m.released_at IS NOT NULL`;

/** Whether a manifest has no tag and nothing else uses it (index manifests_untagged). */
export const IS_UNTAGGED = sql`
  m.uses = 0 AND m.unused_since IS NOT NULL AND m.released_at IS NULL AND m.deleted_at IS NULL`;

/** Whether an untagged manifest is past the days for which its workspace keeps it. */
export const isUntaggedExpired = (now: number): SQL => sql`
  ${IS_UNTAGGED} AND i.deleted_at IS NULL AND w.deleted_at IS NULL
  AND m.unused_since < ${now} - w.untagged_days * ${DAY_MS}`;

/** Whether an untagged manifest is still within those days. */
export const isUntaggedKept = (now: number): SQL => sql`
  ${IS_UNTAGGED}
  AND (w.untagged_days IS NULL OR m.unused_since >= ${now} - w.untagged_days * ${DAY_MS})`;

/** Whether tag history keeps a released manifest: a tag moved on from it within those days. */
export const isKeptByHistory = (now: number): SQL => sql`
  m.overwritten_at IS NOT NULL AND m.deleted_at IS NULL AND w.deleted_at IS NULL
  AND (w.untagged_days IS NULL OR m.overwritten_at + w.untagged_days * ${DAY_MS} > ${now})`;

/** Whether no manifest names the blob of a link (index image_blobs_unused). */
const IS_UNUSED_LINK = sql`l.uses = 0 AND l.unused_since IS NOT NULL`;

/** Whether a link is to be deleted: unused since before a time, and not of an image in the trash. */
export const isUnusedLinkExpired = (before: number): SQL => sql`
  ${IS_UNUSED_LINK} AND l.unused_since < ${before}
  AND i.deleted_at IS NULL AND w.deleted_at IS NULL`;

/** Whether an unused link is still within its grace period. */
export const isUnusedLinkKept = (since: number): SQL => sql`
  ${IS_UNUSED_LINK} AND l.unused_since >= ${since} AND i.deleted_at IS NULL`;

/** Whether a blob has no link: it is deleted together with its last one. */
export const IS_UNLINKED_BLOB = sql`
  NOT EXISTS (SELECT 1 FROM image_blobs WHERE blob_id = blobs.id)`;
