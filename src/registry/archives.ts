import { choosePlatform } from '../archive/write/choose-platform.ts';
import {
  type ArchiveFormat,
  type ArchiveName,
  layOutImage,
} from '../archive/write/image-archive.ts';
import {
  gatherContents,
  type ImageContents,
  type RawManifest,
  type ReadManifests,
} from '../archive/write/image-contents.ts';
import type { TarLayout } from '../archive/write/tar-layout.ts';
import { fingerprintLayout, type SendBlob, writeArchive } from '../archive/write/write-archive.ts';
import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { isIndex } from '../domain/media-types.ts';
import { formatRepositoryName, type Reference } from '../domain/names.ts';
import type { Platform } from '../domain/platforms.ts';
import { type ByteRange, rangeLength } from '../domain/ranges.ts';
import { type BlobRecord, findBlobs } from '../storage/content/blobs.ts';
import { findManifestSizes, findManifests } from '../storage/content/manifests.ts';
import { refuseDamaged, sendBlob } from './blobs.ts';
import type { RepositoryContext } from './context.ts';
import { getManifest, keepIfReleased, type ManifestRecord, readManifestBody } from './manifests.ts';

/** A download of an image as an archive. */
export interface ArchiveRequest {
  readonly reference: Reference;
  readonly format: ArchiveFormat;
  /** The platform to take from an index; null: all for `oci`, the default one for `docker`. */
  readonly platform: Platform | null;
  /** The registry's host, with which addresses of images begin. */
  readonly host: string;
}

/** An archive ready to be sent, or any range of it: the same request gives the same bytes. */
export interface ArchivePlan {
  readonly layout: TarLayout;
  /** Strong, with quotes. */
  readonly etag: string;
  /** Digest of the requested manifest; the image of the chosen platform may have another. */
  readonly digest: Digest;
  readonly blobs: ReadonlyMap<Digest, BlobRecord>;
  /** Layers that are not in the archive: their manifest says where they are. */
  readonly elsewhere: readonly Digest[];
}

/** Each blob is a request to R2, and one invocation of a Worker may make 10,000. */
const MAX_BLOBS = 5000;

/** What the manifests of an archive may have together, in bytes: they stay in memory meanwhile. */
const MAX_MANIFESTS_BYTES = 4 * 1024 * 1024;

/**
 * Lays out an archive of a version, or of a manifest by digest, without reading any blob.
 * @throws RegistryError MANIFEST_UNKNOWN; FIELD_INVALID if the image does not have the platform or
 *   the format; BLOB_UNKNOWN or UNKNOWN if a blob is missing or damaged; SIZE_INVALID
 */
export async function planArchive(
  context: RepositoryContext,
  request: ArchiveRequest,
): Promise<ArchivePlan> {
  const { reference, format, host } = request;
  const record = await getManifest(context, reference);
  await keepIfReleased(context, reference, record);
  const asked = await readRawManifest(context, record);
  const root = await chooseImage(context, asked, request);
  const contents = await gatherContents(root, limitedReader(context));
  const blobs = await locateBlobs(context, contents);
  const sizes = new Map([...blobs].map(([digest, { size }]) => [digest, size]));
  const name = reference.kind === 'tag' ? nameOf(context, host, reference.tag) : null;
  const layout = await layOutImage(format, contents, name, sizes);
  const etag = `"${await fingerprintLayout(layout)}"`;
  const elsewhere = contents.blobs
    .map(({ digest }) => digest)
    .filter((digest) => !blobs.has(digest));
  return { layout, etag, digest: record.digest, blobs, elsewhere };
}

/**
 * Sends an archive, or a range of it, from R2. `body` has a known length; an error on the way
 * cuts it short and rejects `sent`.
 */
export function sendArchive(
  context: RepositoryContext,
  { layout, blobs }: ArchivePlan,
  range: ByteRange | null,
): { readonly body: ReadableStream; readonly sent: Promise<void> } {
  const { readable, writable } = new FixedLengthStream(range ? rangeLength(range) : layout.size);
  const send: SendBlob = ({ digest }, part, target) =>
    sendBlob(context, blobs.get(digest) as BlobRecord, part, target);
  return { body: readable, sent: writeArchive(layout, range, send, writable) };
}

async function chooseImage(
  context: RepositoryContext,
  asked: RawManifest,
  { format, platform }: ArchiveRequest,
): Promise<RawManifest> {
  const whole = format === 'oci' && platform === null;
  if (whole || !isIndex(asked.mediaType)) return asked;
  const { digest } = choosePlatform(asked.text, platform);
  const record = await getManifest(context, { kind: 'digest', digest });
  return await readRawManifest(context, record);
}

function nameOf({ repository }: RepositoryContext, host: string, tag: string): ArchiveName {
  return { address: `${host}/${formatRepositoryName(repository.name)}:${tag}`, tag };
}

async function readRawManifest(
  context: RepositoryContext,
  record: ManifestRecord,
): Promise<RawManifest> {
  const { digest, mediaType } = record;
  return { digest, mediaType, text: decodeText(await readManifestBody(context, record)) };
}

/** Keeps a byte order mark, which is part of the manifest's bytes; Response.text drops it. */
function decodeText(body: string | Uint8Array): string {
  if (typeof body === 'string') return body;
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
}

/** Reads manifests level by level, none of which is in memory before its size is known. */
function limitedReader(context: RepositoryContext): ReadManifests {
  let left = MAX_MANIFESTS_BYTES;
  return async (digests) => {
    const sizes = await findNearestFirst(context, digests, findManifestSizes);
    for (const { size } of sizes.values()) left -= size;
    if (left < 0) {
      throw new RegistryError(
        'SIZE_INVALID',
        'the index is too large for one archive: choose a platform',
      );
    }
    return await readManifests(context, digests);
  };
}

async function readManifests(
  context: RepositoryContext,
  digests: readonly Digest[],
): Promise<RawManifest[]> {
  const records = await findNearestFirst(context, digests, findManifests);
  const [missing] = digests.filter((digest) => !records.has(digest));
  if (missing) {
    throw new RegistryError('MANIFEST_UNKNOWN', `the image has no manifest ${missing}`);
  }
  return await Promise.all([...records.values()].map((record) => readRawManifest(context, record)));
}

async function locateBlobs(
  context: RepositoryContext,
  { blobs }: ImageContents,
): Promise<ReadonlyMap<Digest, BlobRecord>> {
  if (blobs.length > MAX_BLOBS) {
    throw new RegistryError('SIZE_INVALID', `an archive has at most ${MAX_BLOBS} blobs`);
  }
  const digests = blobs.map(({ digest }) => digest);
  const found = await findNearestFirst(context, digests, findBlobs);
  // Fail now rather than in the middle of the download.
  for (const blob of found.values()) refuseDamaged(blob);
  return found;
}

type FindMany<T> = (
  db: RepositoryContext['db'],
  imageId: number,
  digests: readonly Digest[],
) => Promise<T[]>;

/** Reads from the nearest replica, and from the primary what is missing there. */
async function findNearestFirst<T extends { readonly digest: Digest }>(
  { db, nearest, repository }: RepositoryContext,
  digests: readonly Digest[],
  find: FindMany<T>,
): Promise<Map<Digest, T>> {
  const { imageId } = repository;
  if (imageId === null) return new Map();
  const near = await find(nearest, imageId, digests);
  const found = new Map(near.map((one) => [one.digest, one]));
  const missing = digests.filter((digest) => !found.has(digest));
  if (missing.length === 0) return found;
  for (const one of await find(db, imageId, missing)) found.set(one.digest, one);
  return found;
}
