import type { Digest } from '../domain/digest.ts';
import { parseManifest } from '../domain/manifests.ts';
import { isIndex } from '../domain/media-types.ts';
import type { Reference, Tag } from '../domain/names.ts';
import type { PullNote } from '../domain/pulls.ts';
import type { ManifestRecord } from '../storage/content/manifests.ts';
import type { RepositoryContext } from './context.ts';
import { openManifest } from './manifests.ts';

/** A client has a minute to find the counter: five tries of at most 5 s, and the waits between. */
const MAX_TRIES = 5;
const TRY_LIMIT = 5000;
const FIRST_WAIT = 100;

/** The most children of an index that are told apart from pulls of their own. */
const MAX_CHILDREN = 10_000;

/**
 * Counts a GET of a manifest that was answered with 200. What counts as a pull is decided by
 * the image's counter (src/events/pull-counter.ts). Never throws, and takes its time: nobody
 * should wait for it.
 * @param client who asks and from where, in a form that is only compared
 */
export async function countPull(
  context: RepositoryContext,
  client: string,
  reference: Reference,
  record: ManifestRecord,
): Promise<void> {
  const { imageId } = context.repository;
  if (imageId === null) return;
  await tell(context, imageId, {
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
 * Counts the download of an archive as one pull. It neither explains nor is explained by the
 * manifests that the same client asks for. Never throws, as countPull.
 */
export async function countDownload(
  context: RepositoryContext,
  client: string,
  reference: Reference,
  digest: Digest,
): Promise<void> {
  const { imageId } = context.repository;
  if (imageId === null) return;
  await tell(context, imageId, {
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
 * Notes a HEAD of a tag: containerd asks so what the tag points at and then pulls that by its
 * digest, which is a pull of the tag all the same. Never throws.
 */
export async function noteResolved(
  context: RepositoryContext,
  client: string,
  tag: Tag,
  digest: Digest,
): Promise<void> {
  const { imageId } = context.repository;
  if (imageId !== null) await tell(context, imageId, { kind: 'resolved', client, tag, digest });
}

async function readChildren(
  context: RepositoryContext,
  record: ManifestRecord,
): Promise<readonly Digest[]> {
  if (!isIndex(record.mediaType)) return [];
  try {
    const text = await new Response(await openManifest(context, record)).text();
    return parseManifest(record.mediaType, text).children.slice(0, MAX_CHILDREN);
  } catch (error) {
    // It still was a pull, and what it lists matters less than that.
    console.error({ message: 'what a manifest lists could not be read', error });
    return [];
  }
}

/** Tells the counter, again where that fails: a note has an id, so that it counts once. */
async function tell({ pulls }: RepositoryContext, imageId: number, note: PullNote): Promise<void> {
  const body = JSON.stringify(note);
  for (let tries = 1; ; tries++) {
    try {
      // A stub that has failed once may be of no more use.
      const counter = pulls.get(pulls.idFromName(`image:${imageId}`));
      const signal = AbortSignal.timeout(TRY_LIMIT);
      await counter.fetch('https://pulls/', { method: 'POST', body, signal });
      return;
    } catch (error) {
      if (tries < MAX_TRIES) {
        await scheduler.wait(FIRST_WAIT * 2 ** (tries - 1));
        continue;
      }
      console.error({ message: 'a pull could not be counted', imageId, error });
      return;
    }
  }
}
