import { type Digest, digestAlgorithm, digestOf, webCryptoName } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { toHex } from '../domain/hex.ts';
import { type Manifest, parseManifest } from '../domain/manifests.ts';
import type { Reference, Tag } from '../domain/names.ts';
import {
  type NewManifest,
  putManifest,
  type WrittenManifest,
} from '../storage/content/manifest-writes.ts';
import { findTaggedManifest } from '../storage/content/manifests.ts';
import { imageToWrite } from '../storage/content/publish.ts';
import { listImmutableTags } from '../storage/content/tags.ts';
import { type Refusal, refusalOf, type Statement } from '../storage/database.ts';
import { requireSpace } from '../storage/disk.ts';
import { newManifestKey } from '../storage/keys.ts';
import { putVerified } from '../storage/objects.ts';
import { readLayerUrls } from '../storage/settings.ts';
import type { RepositoryContext } from './context.ts';
import { tagImmutable } from './immutable.ts';
import { referencesMissing } from './missing-references.ts';
import { discardObject } from './stored-content.ts';

/** Maximum bytes of a manifest in its D1 row; larger ones are in R2. */
const MAX_INLINE_BYTES = 512 * 1024;

/** A manifest as a client pushes it. */
export interface ManifestPush {
  readonly reference: Reference;
  readonly contentType: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Tags to set in addition to the reference. */
  readonly tags: readonly Tag[];
  readonly expectation: NewManifest['expectation'];
}

/** The decision that lets a push in. */
export interface Admission {
  /** Whether the database has made it for this request. */
  readonly isNew: boolean;
  /** The statement by which the database confirms it, in the transaction of the push. */
  confirm(): Statement;
  /** Makes the database decide. @throws RegistryError if the push is refused */
  renew(): Promise<RepositoryContext>;
}

/** A manifest that is ready to be stored by whoever is let in. */
type Entry = Omit<NewManifest, 'pushedBy' | 'confirm'>;

/** The result of pushing a manifest. */
export interface PushedManifest extends WrittenManifest {
  readonly digest: Digest;
  readonly manifest: Manifest;
}

/**
 * Stores a manifest with its references and tags: all of it, or nothing.
 * @throws RegistryError MANIFEST_INVALID, DIGEST_INVALID, MANIFEST_BLOB_UNKNOWN naming each
 *   missing reference, PRECONDITION_FAILED, TAG_IMMUTABLE, STORAGE_FULL; what `renew` throws
 */
export async function pushManifest(
  context: RepositoryContext,
  push: ManifestPush,
  admission: Admission,
): Promise<PushedManifest> {
  const { reference, bytes } = push;
  await requireSpace(context.disk, bytes.length);
  const digest = await digestBytes(bytes, reference);
  if (reference.kind === 'digest' && reference.digest !== digest) {
    throw new RegistryError('DIGEST_INVALID', undefined, {
      detail: { wanted: reference.digest, found: digest },
    });
  }
  const text = decodeText(bytes);
  const manifest = parseManifest(push.contentType, text);
  await refuseUrls(context, manifest);
  const entry: Entry = {
    digest,
    manifest,
    size: bytes.length,
    body: await storeBody(context, bytes, text, digest),
    tags: reference.kind === 'tag' ? [reference.tag, ...push.tags] : push.tags,
    expectation: push.expectation,
  };
  return { digest, manifest, ...(await commit(context, entry, text, admission)) };
}

/** Clients that pull ask the addresses: only layers that may not be copied need them. */
async function refuseUrls({ db }: RepositoryContext, { urlsField }: Manifest): Promise<void> {
  if (urlsField === null || (await readLayerUrls(db))) return;
  throw new RegistryError(
    'MANIFEST_INVALID',
    `${urlsField}: only foreign layers may have addresses elsewhere; an admin can allow others in the settings (layerUrls)`,
    { detail: { field: urlsField } },
  );
}

async function commit(
  context: RepositoryContext,
  entry: Entry,
  text: string,
  admission: Admission,
): Promise<WrittenManifest> {
  try {
    return await store(context, entry, text, admission);
  } catch (error) {
    // Any other error may have happened after the commit, when the object is needed.
    const isCertain = error instanceof RegistryError;
    if (isCertain && entry.body.kind === 'object') await discardObject(context, entry.body.key);
    throw error;
  }
}

/** Decisions that one push acts on at most: someone may be changing the facts all the time. */
const MAX_DECISIONS = 3;

/**
 * Stores the manifest if the database confirms the decision to let it in, and makes it decide if not.
 * A decision from before the request may know less of the image, so it decides about every refusal.
 */
async function store(
  context: RepositoryContext,
  entry: Entry,
  text: string,
  admission: Admission,
): Promise<WrittenManifest> {
  const { db } = context;
  let current = context;
  for (let decisions = 1; ; decisions++) {
    const { repository, actor, now } = current;
    const target = { ...repository, image: repository.name.image };
    const manifest = { ...entry, pushedBy: actor, confirm: admission.confirm() };
    try {
      return await putManifest(db, imageToWrite(target, now), manifest, now);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      const isDecided = refusal !== 'decision_changed' && admission.isNew;
      if (isDecided || decisions === MAX_DECISIONS) {
        throw await toRegistryError(current, refusal, entry, text);
      }
      current = await admission.renew();
    }
  }
}

async function toRegistryError(
  context: RepositoryContext,
  refusal: Refusal,
  entry: Entry,
  text: string,
): Promise<RegistryError> {
  if (refusal === 'tag_changed') return await tagChanged(context, entry);
  if (refusal === 'tag_immutable') return await tagsImmutable(context, entry.tags);
  if (refusal === 'decision_changed') {
    return new RegistryError('UNAVAILABLE', 'rights are being changed: try again');
  }
  return await referencesMissing(context, entry.manifest, text);
}

async function tagChanged(context: RepositoryContext, entry: Entry): Promise<RegistryError> {
  const { expectation } = entry;
  const tag = expectation?.tag as Tag;
  const { imageId } = context.repository;
  const current = imageId === null ? null : await findTaggedManifest(context.db, imageId, tag);
  const now = current ? `points at ${current.digest}` : 'does not exist';
  return new RegistryError('PRECONDITION_FAILED', `tag ${tag} ${now}`, {
    detail: { tag, expected: expectation?.digest, current: current?.digest ?? null },
  });
}

async function tagsImmutable(
  context: RepositoryContext,
  tags: readonly Tag[],
): Promise<RegistryError> {
  const { imageId } = context.repository;
  const protectedTags = imageId === null ? [] : await listImmutableTags(context.db, imageId, tags);
  return tagImmutable(protectedTags[0] ?? tags[0] ?? '');
}

async function storeBody(
  context: RepositoryContext,
  bytes: Uint8Array<ArrayBuffer>,
  text: string,
  digest: Digest,
): Promise<NewManifest['body']> {
  if (bytes.length <= MAX_INLINE_BYTES) return { kind: 'text', text };
  const key = newManifestKey();
  await putVerified(context.bucket, key, bytes, digest);
  return { kind: 'object', key };
}

async function digestBytes(bytes: Uint8Array<ArrayBuffer>, reference: Reference): Promise<Digest> {
  const algorithm = reference.kind === 'digest' ? digestAlgorithm(reference.digest) : 'sha256';
  const hash = await crypto.subtle.digest(webCryptoName(algorithm), bytes);
  return digestOf(algorithm, toHex(new Uint8Array(hash)));
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RegistryError('MANIFEST_INVALID', 'the manifest is not UTF-8 text');
  }
}
