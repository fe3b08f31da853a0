import * as z from 'zod/mini';
import { isDue } from '../../domain/time.ts';
import {
  deleteReleased,
  keepReleased,
  listReleased,
  type ReleasedManifest,
} from '../../storage/garbage/released-manifests.ts';
import {
  listUntagged,
  listWorkspacesWithDue,
  releaseUntagged,
  type UntaggedKey,
} from '../../storage/garbage/untagged-manifests.ts';
import { deleteUnusedLinks, listUnusedLinks } from '../../storage/garbage/unused-blobs.ts';
import { flushCounters } from '../flush-counters.ts';
import {
  applyToEach,
  type Json,
  type Phase,
  type SliceContext,
  type SliceResult,
  timesOf,
} from './slice.ts';

/** Rows of a slice; fewer manifests, since each may name many blobs, or be of an image of its own. */
const SLICE = 500;
const MANIFESTS = 50;
const UNTAGGED = 100;
const WORKSPACES = 100;

const deleting = ({ run }: SliceContext) => ({ runId: run.id, now: Date.now() });

const untaggedSchema = z.object({
  workspace: z.number(),
  /** Null: the workspace is done. */
  after: z.nullable(z.tuple([z.number(), z.number()])),
});

/**
 * Releases what has had no tag, and was not used, for longer than the policy of its workspace keeps
 * it.
 */
export const releaseUntaggedManifests: Phase = {
  name: 'untagged',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run } = collection;
    // A run of an earlier release may continue here: then this begins again.
    const place = untaggedSchema.safeParse(at).data;
    if (place?.after) return await releaseFrom(collection, place.workspace, place.after);
    if (run.workspaceId !== null) return await releaseFrom(collection, run.workspaceId, [0, 0]);
    const times = timesOf(collection);
    const { due, last } = await listWorkspacesWithDue(db, place?.workspace ?? 0, times, WORKSPACES);
    const [first] = due;
    if (first !== undefined) return await releaseFrom(collection, first, [0, 0]);
    return { next: last === null ? null : { workspace: last, after: null } };
  },
};

async function releaseFrom(
  collection: SliceContext,
  workspace: number,
  after: UntaggedKey,
): Promise<SliceResult> {
  const { db, run } = collection;
  const times = timesOf(collection);
  const found = await listUntagged(db, workspace, times, after, UNTAGGED);
  const { known, errors } = await askCounters(collection, found);
  await releaseUntagged(db, known, times, Date.now());
  const last = found.at(-1);
  if (last && found.length === UNTAGGED) {
    return { next: { workspace, after: [last.unusedSince, last.id] }, errors };
  }
  return { next: run.workspaceId === null ? { workspace, after: null } : null, errors };
}

/** Those of some manifests whose last use the database knows, after asking the counters of their images. */
async function askCounters<T extends { readonly imageId: number }>(
  { pulls }: SliceContext,
  manifests: readonly T[],
): Promise<{ readonly known: T[]; readonly errors: string[] }> {
  const asked = new Set(manifests.map(({ imageId }) => imageId));
  const answered = await flushCounters(pulls, asked);
  const silent = [...asked].filter((id) => !answered.has(id));
  return {
    known: manifests.filter(({ imageId }) => answered.has(imageId)),
    errors: silent.map((id) => `image ${id}: its pull counter did not answer`),
  };
}

const passSchema = z.object({ at: z.tuple([z.number(), z.number()]), deleted: z.number() });

/**
 * Deletes released manifests. Each that goes may release others, so this passes over them until
 * a pass finds none to delete. What was not used for too long goes some seconds after its release.
 */
export const deleteReleasedManifests: Phase = {
  name: 'manifests',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run } = collection;
    // A run of an earlier release may continue here: then this begins again.
    const pass = passSchema.safeParse(at).data ?? { at: [0, 0] as const, deleted: 0 };
    const times = timesOf(collection);
    const found = await listReleased(db, run.workspaceId, times, pass.at, MANIFESTS);
    const last = found.at(-1);
    if (last === undefined) {
      return { next: pass.deleted > 0 ? { at: [0, 0], deleted: 0 } : null };
    }
    const due = beforeWaiting(collection, found);
    // All that was released by now is due then, so that a run waits once.
    if (due.length === 0) return { next: pass as Json, wakeAt: Date.now() + collection.useDelay };
    const { deleted, errors } = await deleteManifests(collection, due);
    const end = due.at(-1) ?? last;
    const next = { at: [end.releasedAt, end.id], deleted: pass.deleted + deleted };
    return { next, errors };
  },
};

/**
 * The first of some manifests, up to one that was not used when it was released, of which a use
 * from before may still be unknown to its counter (NOTED_WITHIN). A use since then has seen that it
 * is released, and has undone that.
 */
function beforeWaiting(
  { useDelay }: SliceContext,
  found: readonly ReleasedManifest[],
): readonly ReleasedManifest[] {
  const now = Date.now();
  const waiting = found.findIndex(
    ({ isByAge, isKept, releasedAt }) => isByAge && !isKept && !isDue(releasedAt, useDelay, now),
  );
  return waiting === -1 ? found : found.slice(0, waiting);
}

async function deleteManifests(collection: SliceContext, found: readonly ReleasedManifest[]) {
  const { db, run } = collection;
  const times = timesOf(collection);
  const kept = found.filter(({ isKept }) => isKept);
  await keepReleased(db, kept, times);
  const going = await askCounters(
    collection,
    found.filter(({ isKept }) => !isKept),
  );
  const errors = await applyToEach(
    going.known,
    (some) => deleteReleased(db, some, times, run.emptyTrash, deleting(collection)),
    ({ digest }) => `manifest ${digest}`,
  );
  return { deleted: going.known.length - errors.length, errors: [...going.errors, ...errors] };
}

const linkKey = z.tuple([z.number(), z.number(), z.number()]);

/**
 * Deletes links from images to blobs that no manifest has named for the grace period, and with
 * the last link of a blob the blob.
 */
export const deleteUnusedBlobs: Phase = {
  name: 'links',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run } = collection;
    const times = timesOf(collection);
    // A run of an earlier release may continue here, whose places had two numbers.
    const after = linkKey.safeParse(at).data ?? ([0, 0, 0] as const);
    const found = await listUnusedLinks(db, run.workspaceId, times, after, SLICE);
    const errors = await applyToEach(
      found,
      (some) => deleteUnusedLinks(db, some, times, deleting(collection)),
      ({ digest }) => `the link to blob ${digest}`,
    );
    const last = found.at(-1);
    return { next: last ? [last.imageId, last.unusedSince, last.blobId] : null, errors };
  },
};
