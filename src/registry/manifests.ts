import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { acceptsMediaType } from '../domain/media-types.ts';
import type { Reference } from '../domain/names.ts';
import * as storage from '../storage/content/manifest-writes.ts';
import {
  findManifest,
  findTaggedManifest,
  type ManifestRecord,
} from '../storage/content/manifests.ts';
import type { StoredContent } from '../storage/content/stored-objects.ts';
import { listImmutableTagsOf } from '../storage/content/tags.ts';
import { refusalOf } from '../storage/database.ts';
import { type ManifestDeletion, moveManifestToTrash } from '../storage/trash/move-manifest.ts';
import { moveTagsToTrash } from '../storage/trash/move-tags.ts';
import { needsGraceExtension, type RepositoryContext } from './context.ts';
import { tagImmutable } from './immutable.ts';
import { contentLost, readContent } from './stored-content.ts';

export type { ManifestRecord };

/**
 * Checks that a manifest was found, and that the client accepts its type.
 * @param accept the request's Accept header; null accepts everything
 * @throws RegistryError MANIFEST_UNKNOWN if either is not so
 */
export function acceptManifest(
  found: ManifestRecord | null,
  reference: Reference,
  accept: string | null,
): ManifestRecord {
  if (found === null) throw manifestUnknown(reference);
  if (!acceptsMediaType(accept, found.mediaType)) {
    throw new RegistryError(
      'MANIFEST_UNKNOWN',
      `the manifest is of type ${found.mediaType}, which the Accept header does not accept`,
      { detail: { mediaType: found.mediaType } },
    );
  }
  return found;
}

/**
 * A manifest by tag or digest, for requests whose authorization does not look it up.
 * @throws RegistryError MANIFEST_UNKNOWN
 */
export async function getManifest(
  { db, repository }: RepositoryContext,
  reference: Reference,
): Promise<ManifestRecord> {
  const { imageId } = repository;
  if (imageId === null) return acceptManifest(null, reference, null);
  const found =
    reference.kind === 'tag'
      ? await findTaggedManifest(db, imageId, reference.tag)
      : await findManifest(db, imageId, reference.digest);
  return acceptManifest(found, reference, null);
}

/**
 * Extends the grace period of an unused manifest for a client that asks before it pushes an index,
 * as extendBlobGrace does.
 * @throws RegistryError MANIFEST_UNKNOWN if it is damaged, so that the client pushes it again
 */
export async function extendManifestGrace(
  context: RepositoryContext,
  reference: Reference,
  found: ManifestRecord,
): Promise<void> {
  if (found.damaged) throw manifestUnknown(reference);
  await restartGrace(context, reference, found);
}

/**
 * Keeps a manifest that is read from the collection that has released it: the counter of the image
 * may hear of the use too late.
 * @throws RegistryError MANIFEST_UNKNOWN if it has been deleted
 */
export async function keepIfReleased(
  context: RepositoryContext,
  reference: Reference,
  found: ManifestRecord,
): Promise<void> {
  if (found.isReleased) await restartGrace(context, reference, found);
}

async function restartGrace(
  context: RepositoryContext,
  reference: Reference,
  { digest, unusedSince }: ManifestRecord,
): Promise<void> {
  const { db, now, repository } = context;
  const { imageId } = repository;
  if (imageId === null || !needsGraceExtension(unusedSince, context)) return;
  const kept = await storage.extendManifestGrace(db, imageId, digest, now);
  if (!kept) throw manifestUnknown(reference);
}

/**
 * Reads a manifest as it was pushed.
 * @throws RegistryError UNKNOWN if its object is lost or known to be damaged, UNAVAILABLE if it
 *   cannot be read now
 */
export async function readManifestBody(
  context: RepositoryContext,
  { digest, size, body, damaged }: ManifestRecord,
): Promise<string | Uint8Array<ArrayBuffer>> {
  if (body.kind === 'text') return body.text;
  const content: StoredContent = { kind: 'manifest', digest, key: body.key, size };
  if (damaged) throw contentLost(content, 'damaged');
  return await readContent(context, content);
}

/**
 * Moves a version (by tag) or a manifest with its tags (by digest) to the trash.
 * @param expected what the tag has to point at; null: anything
 * @throws RegistryError MANIFEST_UNKNOWN, CONTENT_IN_USE while a live index lists it, DENIED for
 *   an immutable tag, or PRECONDITION_FAILED
 */
export async function deleteManifest(
  context: RepositoryContext,
  reference: Reference,
  expected: Digest | null = null,
): Promise<void> {
  const { db, actor, now, repository } = context;
  const { imageId } = repository;
  if (imageId === null) throw manifestUnknown(reference);
  if (reference.kind === 'tag') {
    const tags = [reference.tag];
    const { moved, immutable } = await moveTagsToTrash(db, imageId, tags, actor, now, expected);
    if (immutable.length > 0) throw tagImmutable(reference.tag);
    if (moved.size > 0) return;
    throw expected ? new RegistryError('PRECONDITION_FAILED') : manifestUnknown(reference);
  }
  const deletion = await deleteByDigest(context, imageId, reference.digest);
  if (deletion === 'deleted') return;
  if (deletion === 'unknown') throw manifestUnknown(reference);
  throw new RegistryError(
    'CONTENT_IN_USE',
    `index ${deletion.usedBy} lists this manifest: delete the index first`,
    {
      detail: deletion,
    },
  );
}

async function deleteByDigest(
  { db, actor, now }: RepositoryContext,
  imageId: number,
  digest: Digest,
): Promise<ManifestDeletion> {
  try {
    return await moveManifestToTrash(db, imageId, digest, actor, now);
  } catch (error) {
    if (refusalOf(error) !== 'tag_immutable') throw error;
    const tags = await listImmutableTagsOf(db, imageId, digest);
    throw new RegistryError(
      'TAG_IMMUTABLE',
      `immutable tags point at this manifest (${tags.join(', ')}): a rule of the workspace keeps it from being deleted`,
      { detail: { digest, tags } },
    );
  }
}

function manifestUnknown(reference: Reference): RegistryError {
  const detail = reference.kind === 'tag' ? { tag: reference.tag } : { digest: reference.digest };
  return new RegistryError('MANIFEST_UNKNOWN', undefined, { detail });
}
