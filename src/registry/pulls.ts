import type { Digest } from '../domain/digest.ts';
import { parseManifest } from '../domain/manifests.ts';
import { isIndex } from '../domain/media-types.ts';
import type { Reference, Tag } from '../domain/names.ts';
import type { PullNote } from '../domain/pulls.ts';
import type { ManifestRecord } from '../storage/content/manifests.ts';
import { logFailure } from '../storage/failures.ts';
import type { RepositoryContext } from './context.ts';
import { readManifestBody } from './manifests.ts';

/** Five tries of at most 5 s (in ms), with increasing waits between them. */
const MAX_TRIES = 5;
const TRY_LIMIT = 5000;
const FIRST_WAIT = 100;

/** Maximum number of children of an index whose pulls are counted as pulls of the index. */
const MAX_CHILDREN = 10_000;

/**
 * Reports a GET of a manifest that was answered with 200. The image's counter decides what counts
 * as a pull (src/events/pull-counter.ts). Never throws, and may take long: do not wait for it.
 * @param client an opaque text that identifies the user and address
 */
export async function countPull(
  context: RepositoryContext,
  client: string,
  reference: Reference,
  record: ManifestRecord,
): Promise<void> {
  const { imageId } = context.repository;
  if (imageId === null) return;
  await sendNote(context, imageId, {
    kind: 'served',
    id: crypto.randomUUID(),
    imageId,
    client,
    tag: reference.kind === 'tag' ? reference.tag : null,
    digest: record.digest,
    children: await readChildren(context, record),
    at: context.now,
  });
}

/**
 * Counts the download of an archive as one pull, independent of manifests that the same client
 * requests. Never throws, as countPull.
 */
export async function countDownload(
  context: RepositoryContext,
  client: string,
  reference: Reference,
  digest: Digest,
): Promise<void> {
  const { imageId } = context.repository;
  if (imageId === null) return;
  await sendNote(context, imageId, {
    kind: 'served',
    id: crypto.randomUUID(),
    imageId,
    client: `${client} archive`,
    tag: reference.kind === 'tag' ? reference.tag : null,
    digest,
    children: [],
    at: context.now,
  });
}

/**
 * Reports a HEAD of a tag: containerd resolves a tag so and then pulls by digest, which counts as
 * a pull of the tag. Never throws.
 */
export async function noteResolved(
  context: RepositoryContext,
  client: string,
  tag: Tag,
  digest: Digest,
): Promise<void> {
  const { imageId } = context.repository;
  if (imageId !== null) await sendNote(context, imageId, { kind: 'resolved', client, tag, digest });
}

async function readChildren(
  context: RepositoryContext,
  record: ManifestRecord,
): Promise<readonly Digest[]> {
  if (!isIndex(record.mediaType)) return [];
  try {
    const text = await new Response(await readManifestBody(context, record)).text();
    return parseManifest(record.mediaType, text).children.slice(0, MAX_CHILDREN);
  } catch (error) {
    // Count the pull without its children.
    logFailure('the children of an index could not be read', error);
    return [];
  }
}

/** Sends a note to the counter and retries on failure; notes have ids, so that each counts once. */
async function sendNote(
  { pulls }: RepositoryContext,
  imageId: number,
  note: PullNote,
): Promise<void> {
  const body = JSON.stringify(note);
  for (let tries = 1; ; tries++) {
    try {
      // A new stub each time, because one that has failed may be broken.
      const counter = pulls.get(pulls.idFromName(`image:${imageId}`));
      const signal = AbortSignal.timeout(TRY_LIMIT);
      await counter.fetch('https://pulls/', { method: 'POST', body, signal });
      return;
    } catch (error) {
      if (tries < MAX_TRIES) {
        await scheduler.wait(FIRST_WAIT * 2 ** (tries - 1));
        continue;
      }
      logFailure('a pull could not be counted', error, { imageId });
      return;
    }
  }
}
