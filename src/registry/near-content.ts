import type { Services } from '../services.ts';
import type { Database } from '../storage/database.ts';
import { runLookups } from '../storage/lookups.ts';
import { hasImageLookup, imageTable, type Repository } from '../storage/workspaces/images.ts';
import type { ContentLookups, RequestedContent } from './requested-content.ts';

/**
 * Content by digest of an image, for a request that a decision of the last minute lets in. It is read
 * at the nearest replica of the database, and at the primary where that does not settle it. Null if
 * there is no such image, or it was deleted since.
 *
 * What a digest names never changes, so a replica that has its row is right about the bytes, however
 * late it is. Only these ask the primary:
 *
 * - a row that is missing there, or damaged: it may have been pushed since. Before the first manifest
 *   of an image nothing is asked for but what is missing, so the replica is not asked at all;
 * - a manifest that nothing uses there. An index that lists it may have been pushed since, and then
 *   its pulls are those of the index; or a collection may have released it.
 *
 * HEAD renews a blob at the primary that is past half its grace period at the replica
 * (extendBlobGrace). Where it is not, at least half of the grace is left at the primary, too, as long
 * as replicas are late by less than the other half: 30 minutes by default. So what a client was told
 * to be there waits for its push.
 *
 * What was deleted is there until the replica has heard of it: it stays readable by its digest, and a
 * push that was told by HEAD that it need not send it is refused by the transaction, and sends it later.
 */
export async function findByDigest(
  { db, nearest }: Services,
  { imageId, published }: Repository,
  lookups: ContentLookups,
): Promise<RequestedContent | null> {
  if (imageId === null) return null;
  const near = published ? await lookUp(nearest, imageId, lookups) : null;
  return near && isSettled(near) ? near : await lookUp(db, imageId, lookups);
}

async function lookUp(
  db: Database,
  imageId: number,
  lookups: ContentLookups,
): Promise<RequestedContent | null> {
  const all = { ...lookups, isThere: hasImageLookup };
  const { isThere, ...content } = await runLookups(db, all, [imageTable(imageId)]);
  return isThere ? content : null;
}

function isSettled({ blob, manifest }: RequestedContent): boolean {
  if (manifest !== null) return !manifest.damaged && manifest.unusedSince === null;
  return blob !== null && !blob.damaged;
}
