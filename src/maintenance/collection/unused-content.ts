import * as z from 'zod/mini';
import {
  deleteReleased,
  keepReleased,
  listReleased,
  type ReleasedManifest,
} from '../../storage/garbage/released-manifests.ts';
import {
  listWorkspacesWithDue,
  releaseUntagged,
} from '../../storage/garbage/untagged-manifests.ts';
import { deleteUnusedLinks, listUnusedLinks } from '../../storage/garbage/unused-blobs.ts';
import { applyToEach, type Phase, type SliceContext, timesOf } from './slice.ts';

/** Rows of a slice; fewer manifests, since each may name many blobs. */
const SLICE = 500;
const MANIFESTS = 50;
const WORKSPACES = 100;

const deleting = ({ run }: SliceContext) => ({ runId: run.id, now: Date.now() });

/** Releases what has had no tag for longer than the policy of its workspace keeps it. */
export const releaseUntaggedManifests: Phase = {
  name: 'untagged',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run } = collection;
    const times = timesOf(collection);
    if (run.workspaceId !== null) {
      const count = await releaseUntagged(db, run.workspaceId, times, SLICE);
      return { next: count < SLICE ? null : true };
    }
    const { due, last } = await listWorkspacesWithDue(db, Number(at ?? 0), times, WORKSPACES);
    const [first, second] = due;
    if (first === undefined) return { next: last };
    const count = await releaseUntagged(db, first, times, SLICE);
    // The same workspace again, until it has no more.
    if (count === SLICE) return { next: first - 1 };
    return { next: second === undefined ? last : second - 1 };
  },
};

const passSchema = z.object({ at: z.tuple([z.number(), z.number()]), deleted: z.number() });

/**
 * Deletes released manifests. Each that goes may release others, so this passes over them until
 * a pass finds none to delete.
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
    const { deleted, errors } = await deleteManifests(collection, found);
    const next = { at: [last.releasedAt, last.id], deleted: pass.deleted + deleted };
    return { next, errors };
  },
};

async function deleteManifests(collection: SliceContext, found: readonly ReleasedManifest[]) {
  const { db, run } = collection;
  const times = timesOf(collection);
  const going = found.filter(({ isKept }) => !isKept);
  const kept = found.filter(({ isKept }) => isKept);
  await keepReleased(db, kept, times);
  const errors = await applyToEach(
    going,
    (some) => deleteReleased(db, some, times, run.emptyTrash, deleting(collection)),
    ({ digest }) => `manifest ${digest}`,
  );
  return { deleted: going.length - errors.length, errors };
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
