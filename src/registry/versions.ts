import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import type { ImageConfig } from '../domain/image-config.ts';
import { type ManifestParts, parseManifestParts } from '../domain/manifest-parts.ts';
import type { Reference, Tag } from '../domain/names.ts';
import { namePlatforms } from '../domain/platforms.ts';
import { findBlobs } from '../storage/content/blobs.ts';
import { findManifest } from '../storage/content/manifests.ts';
import { restoreTag } from '../storage/content/tag-history.ts';
import { findVersion, setPlatforms, type VersionRecord } from '../storage/content/versions.ts';
import { refusalOf } from '../storage/database.ts';
import type { RepositoryContext } from './context.ts';
import { readImageConfig } from './image-configs.ts';
import { tagImmutable } from './immutable.ts';
import { readManifestBody } from './manifests.ts';

export type { VersionRecord } from '../storage/content/versions.ts';

/** A version as its page shows it. */
export interface VersionView extends VersionRecord {
  /** The manifest, byte for byte. */
  readonly text: string;
  readonly parts: ManifestParts;
  readonly config: ImageConfig | null;
  /** Layers with an address elsewhere that the image does not have. */
  readonly elsewhere: ReadonlySet<Digest>;
}

/**
 * A version by tag, or a manifest by digest, with its parts and config. This is no pull.
 * @throws RegistryError MANIFEST_UNKNOWN
 */
export async function viewVersion(
  context: RepositoryContext,
  imageId: number,
  reference: Reference,
): Promise<VersionView> {
  const version = await findVersion(context.db, imageId, reference);
  const record = version && (await findManifest(context.db, imageId, version.digest));
  if (!version || !record) throw versionUnknown(reference);
  const text = await new Response(await readManifestBody(context, record)).text();
  const parts = parseManifestParts(text);
  const { config, lost } = await readConfig(context, imageId, parts);
  const platforms = version.platforms ?? namePlatforms([config?.platform ?? null]);
  if (version.platforms === null && !lost) {
    await setPlatforms(context.db, imageId, version.digest, platforms);
  }
  const elsewhere = await findElsewhere(context, imageId, parts);
  return { ...version, platforms, text, parts, config, elsewhere };
}

async function findElsewhere(
  { db }: RepositoryContext,
  imageId: number,
  { layers }: ManifestParts,
): Promise<ReadonlySet<Digest>> {
  const digests = layers.filter(({ urls }) => urls.length > 0).map(({ digest }) => digest);
  if (digests.length === 0) return new Set();
  const stored = new Set((await findBlobs(db, imageId, digests)).map(({ digest }) => digest));
  return new Set(digests.filter((digest) => !stored.has(digest)));
}

/** The config, which the storage may have lost: the rest of the version can be viewed. */
async function readConfig(
  context: RepositoryContext,
  imageId: number,
  parts: ManifestParts,
): Promise<{ readonly config: ImageConfig | null; readonly lost: boolean }> {
  try {
    return { config: await readImageConfig(context, imageId, parts.config), lost: false };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return { config: null, lost: true };
  }
}

/**
 * A version by tag, without its parts.
 * @throws RegistryError MANIFEST_UNKNOWN
 */
export async function getVersion(
  { db }: RepositoryContext,
  imageId: number,
  tag: Tag,
): Promise<VersionRecord> {
  const reference: Reference = { kind: 'tag', tag };
  const version = await findVersion(db, imageId, reference);
  if (version === null) throw versionUnknown(reference);
  return version;
}

function versionUnknown(reference: Reference): RegistryError {
  const what =
    reference.kind === 'tag' ? `version ${reference.tag}` : `manifest ${reference.digest}`;
  return new RegistryError('MANIFEST_UNKNOWN', `the image has no ${what}`);
}

/**
 * Points a tag at a manifest that the image still has.
 * @param expected what the tag must point at, or it is refused; null: anything or nothing
 * @throws RegistryError MANIFEST_UNKNOWN if the image has no such manifest, IN_TRASH if it is in
 *   the trash, PRECONDITION_FAILED, TAG_IMMUTABLE, NOT_FOUND if the image is deleted
 */
export async function restoreVersion(
  context: RepositoryContext,
  imageId: number,
  tag: Tag,
  digest: Digest,
  expected: Digest | null,
): Promise<void> {
  const { db, actor, now } = context;
  try {
    await restoreTag(db, imageId, tag, digest, expected, { by: actor, now });
  } catch (error) {
    throw toRegistryError(error, tag, digest);
  }
}

function toRegistryError(error: unknown, tag: Tag, digest: Digest): unknown {
  const refusal = refusalOf(error);
  if (refusal === 'foreign_key') {
    return new RegistryError('MANIFEST_UNKNOWN', `the image has no manifest ${digest} any more`, {
      field: 'digest',
    });
  }
  if (refusal === 'manifest_deleted') {
    return new RegistryError('IN_TRASH', `manifest ${digest} is in the trash`, {
      field: 'digest',
    });
  }
  if (refusal === 'tag_changed') {
    return new RegistryError('PRECONDITION_FAILED', `version ${tag} has changed meanwhile`);
  }
  if (refusal === 'tag_immutable') return tagImmutable(tag);
  return refusal === 'image_deleted' ? new RegistryError('NOT_FOUND') : error;
}
