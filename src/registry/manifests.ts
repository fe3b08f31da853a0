import { type Digest, digestAlgorithm, digestOf } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { type Manifest, parseManifest } from '../domain/manifests.ts';
import { acceptsMediaType } from '../domain/media-types.ts';
import type { Reference, Tag } from '../domain/names.ts';
import { markDamaged } from '../storage/damages.ts';
import { type Refusal, refusalOf } from '../storage/database.ts';
import { newManifestKey } from '../storage/keys.ts';
import { findMissingReferences } from '../storage/manifest-references.ts';
import {
  findManifest,
  findTaggedManifest,
  type ManifestRecord,
  type ManifestRemoval,
  type NewManifest,
  putManifest,
  renewManifest,
  trashManifest,
} from '../storage/manifests.ts';
import { putVerified } from '../storage/objects.ts';
import { withImage } from '../storage/publish.ts';
import { listImmutableTags, trashTags } from '../storage/tags.ts';
import { type Context, needsRenewal } from './context.ts';
import { tagImmutable } from './tags.ts';

export type { ManifestRecord };

/** Manifests up to this many bytes are kept in their D1 row, larger ones in R2. */
const MAX_INLINE_BYTES = 512 * 1024;

/**
 * The manifest that was found, if the client takes it.
 * @param accept the request's Accept header
 * @throws RegistryError MANIFEST_UNKNOWN, also when Accept does not take what is there
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
      `the manifest is of type ${found.mediaType}, which the Accept header does not take`,
      { detail: { mediaType: found.mediaType } },
    );
  }
  return found;
}

/**
 * A manifest by tag or digest, where it is not read with what decides about the request.
 * @throws RegistryError MANIFEST_UNKNOWN
 */
export async function getManifest(
  { db, repository }: Context,
  reference: Reference,
): Promise<ManifestRecord> {
  const imageId = repository.imageId ?? 0;
  const found =
    reference.kind === 'tag'
      ? await findTaggedManifest(db, imageId, reference.tag)
      : await findManifest(db, imageId, reference.digest);
  return acceptManifest(found, reference, null);
}

/** Keeps a manifest for a client that asks before it pushes an index (see promiseBlob). */
export async function promiseManifest(
  context: Context,
  reference: Reference,
  found: ManifestRecord,
): Promise<void> {
  const { imageId } = context.repository;
  // The push that follows repairs it.
  if (found.damaged) throw manifestUnknown(reference);
  if (imageId !== null && needsRenewal(found.unusedSince, context)) {
    const kept = await renewManifest(context.db, imageId, found.digest, context.now);
    if (!kept) throw manifestUnknown(reference);
  }
}

/**
 * A manifest's bytes as they were pushed.
 * @throws RegistryError UNKNOWN when its object is missing or known to be damaged
 */
export async function openManifest(
  context: Context,
  record: ManifestRecord,
): Promise<string | ReadableStream> {
  if (record.body.kind === 'text') return record.body.text;
  if (record.damaged) throw manifestLost(record.digest, 'is damaged in the storage');
  const object = await context.bucket.get(record.body.key);
  if (object) return object.body;
  await markDamaged(context.db, [record.body.key], context.now);
  throw manifestLost(record.digest, 'is missing in the storage');
}

function manifestLost(digest: Digest, what: string): RegistryError {
  console.error({ message: `a manifest ${what}`, digest });
  return new RegistryError(
    'UNKNOWN',
    `the manifest ${what}: tell the administrator, push it again`,
    { detail: { digest } },
  );
}

/** A manifest as a client pushes it. */
export interface ManifestPush {
  readonly reference: Reference;
  readonly contentType: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Tags to set besides the reference. */
  readonly tags: readonly Tag[];
  readonly expectation: NewManifest['expectation'];
}

/** What a push of a manifest came to. */
export interface PushedManifest {
  readonly digest: Digest;
  readonly subject: Digest | null;
  readonly imageId: number;
}

/**
 * Stores a manifest with its references and tags: all of it, or nothing.
 * @throws RegistryError MANIFEST_INVALID, DIGEST_INVALID, MANIFEST_BLOB_UNKNOWN naming each
 *   missing reference, PRECONDITION_FAILED, NAME_UNKNOWN, DENIED for an immutable tag
 */
export async function pushManifest(context: Context, push: ManifestPush): Promise<PushedManifest> {
  const { reference, bytes } = push;
  const digest = await digestBytes(bytes, reference);
  if (reference.kind === 'digest' && reference.digest !== digest) {
    throw new RegistryError('DIGEST_INVALID', undefined, {
      detail: { wanted: reference.digest, found: digest },
    });
  }
  const text = decodeText(bytes);
  const manifest = parseManifest(push.contentType, text);
  const entry: NewManifest = {
    digest,
    manifest,
    size: bytes.length,
    body: await storeBody(context, bytes, text, digest),
    tags: reference.kind === 'tag' ? [reference.tag, ...push.tags] : push.tags,
    expectation: push.expectation,
    pushedBy: context.actor,
  };
  const imageId = await commit(context, entry);
  return { digest, subject: manifest.subject, imageId };
}

/** Answers the id of the image. */
async function commit(context: Context, entry: NewManifest): Promise<number> {
  const { db, bucket, repository, now } = context;
  const target = { ...repository, image: repository.name.image };
  try {
    return await withImage(db, target, now, async (imageId) => {
      await putManifest(db, imageId, entry, now);
      return imageId;
    });
  } catch (error) {
    const refusal = refusalOf(error);
    // Any other error may have come after the commit: then the object is needed.
    const certain = refusal !== null || error instanceof RegistryError;
    if (certain && entry.body.kind === 'object') await bucket.delete(entry.body.key);
    throw refusal === null ? error : await explain(context, refusal, entry);
  }
}

async function explain(
  context: Context,
  refusal: Refusal,
  entry: NewManifest,
): Promise<RegistryError> {
  if (refusal === 'tag_changed') return await tagChanged(context, entry);
  if (refusal === 'tag_immutable') return await tagsImmutable(context, entry.tags);
  if (refusal === 'image_deleted') return new RegistryError('NAME_UNKNOWN');
  return await referencesMissing(context, entry.manifest);
}

async function tagChanged(context: Context, entry: NewManifest): Promise<RegistryError> {
  const { expectation } = entry;
  const tag = expectation?.tag as Tag;
  const { repository, db } = context;
  const current = await findTaggedManifest(db, repository.imageId ?? 0, tag);
  const now = current ? `points at ${current.digest}` : 'does not exist';
  return new RegistryError('PRECONDITION_FAILED', `tag ${tag} ${now}`, {
    detail: { tag, expected: expectation?.digest, current: current?.digest ?? null },
  });
}

async function tagsImmutable(context: Context, tags: readonly Tag[]): Promise<RegistryError> {
  const protectedTags = await listImmutableTags(context.db, context.repository.imageId ?? 0, tags);
  return tagImmutable(protectedTags[0] ?? tags[0] ?? '');
}

async function referencesMissing(context: Context, manifest: Manifest): Promise<RegistryError> {
  const imageId = context.repository.imageId ?? 0;
  const missing = await findMissingReferences(context.db, imageId, manifest);
  const entries = [
    ...missing.blobs.map((digest) => ({
      message: `blob ${digest} is not here`,
      detail: { digest },
    })),
    ...missing.children.map((digest) => ({
      message: `manifest ${digest} is not here: push it before the index`,
      detail: { digest },
    })),
  ];
  return new RegistryError('MANIFEST_BLOB_UNKNOWN', undefined, { entries });
}

async function storeBody(
  context: Context,
  bytes: Uint8Array<ArrayBuffer>,
  text: string,
  digest: Digest,
): Promise<ManifestRecord['body']> {
  if (bytes.length <= MAX_INLINE_BYTES) return { kind: 'text', text };
  const key = newManifestKey();
  await putVerified(context.bucket, key, bytes, digest);
  return { kind: 'object', key };
}

async function digestBytes(bytes: Uint8Array<ArrayBuffer>, reference: Reference): Promise<Digest> {
  const algorithm = reference.kind === 'digest' ? digestAlgorithm(reference.digest) : 'sha256';
  const name = algorithm === 'sha512' ? 'SHA-512' : 'SHA-256';
  const hash = new Uint8Array(await crypto.subtle.digest(name, bytes));
  return digestOf(algorithm, Array.from(hash, (b) => b.toString(16).padStart(2, '0')).join(''));
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RegistryError('MANIFEST_INVALID', 'the manifest is not UTF-8 text');
  }
}

/**
 * Moves a version (by tag) or a manifest with its tags (by digest) to the trash.
 * @throws RegistryError MANIFEST_UNKNOWN, CONTENT_IN_USE while an index lists it, or DENIED for
 *   an immutable tag
 */
export async function deleteManifest(context: Context, reference: Reference): Promise<void> {
  const { db, actor, now, repository } = context;
  const { imageId } = repository;
  if (imageId === null) throw manifestUnknown(reference);
  if (reference.kind === 'tag') {
    const { trashed, immutable } = await trashTags(db, imageId, [reference.tag], actor, now);
    if (immutable.length > 0) throw tagImmutable(reference.tag);
    if (trashed.size === 0) throw manifestUnknown(reference);
    return;
  }
  const removal = await removeByDigest(context, imageId, reference.digest);
  if (removal === 'removed') return;
  if (removal === 'unknown') throw manifestUnknown(reference);
  throw new RegistryError(
    'CONTENT_IN_USE',
    `index ${removal.usedBy} lists this manifest: delete that first`,
    {
      detail: removal,
    },
  );
}

async function removeByDigest(
  { db, actor, now }: Context,
  imageId: number,
  digest: Digest,
): Promise<ManifestRemoval> {
  try {
    return await trashManifest(db, imageId, digest, actor, now);
  } catch (error) {
    if (refusalOf(error) !== 'tag_immutable') throw error;
    throw new RegistryError(
      'DENIED',
      'a tag of this manifest is immutable: a rule of the workspace keeps it from being deleted',
      { detail: { digest } },
    );
  }
}

function manifestUnknown(reference: Reference): RegistryError {
  const detail = reference.kind === 'tag' ? { tag: reference.tag } : { digest: reference.digest };
  return new RegistryError('MANIFEST_UNKNOWN', undefined, { detail });
}
