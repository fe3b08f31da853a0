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
import { applyToEach, type Phase, type SliceContext } from './slice.ts';

/** Rows of a slice; fewer manifests, because each may name many blobs. */
const SLICE = 500;
const MANIFESTS = 50;
const WORKSPACES = 100;

const deleting = ({ run }: SliceContext) => ({ runId: run.id, now: Date.now() });

/**
 * Releases (see docs/architecture.md) manifests that have had no tag for longer than their workspace
 * keeps them.
 */
export const releaseUntaggedManifests: Phase = {
  name: 'untagged',
  of: 'everywhere',
  slice: async ({ db, run }, at) => {
    const { workspaceId, startedAt } = run;
    if (workspaceId !== null) {
      const count = await releaseUntagged(db, workspaceId, startedAt, SLICE);
      return { next: count < SLICE ? null : true };
    }
    const { due, last } = await listWorkspacesWithDue(db, Number(at ?? 0), startedAt, WORKSPACES);
    const [first, second] = due;
    if (first === undefined) return { next: last };
    const count = await releaseUntagged(db, first, startedAt, SLICE);
    // The same workspace again, until none are left.
    if (count === SLICE) return { next: first - 1 };
    return { next: second === undefined ? last : second - 1 };
  },
};

const passSchema = z.object({ at: z.tuple([z.number(), z.number()]), deleted: z.number() });

/**
 * Deletes released manifests. Each deletion may release others, so this makes passes until one
 * deletes nothing.
 */
export const deleteReleasedManifests: Phase = {
  name: 'manifests',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run, gracePeriod } = collection;
    const { workspaceId, emptyTrash, startedAt } = run;
    const pass = at === null ? { at: [0, 0] as const, deleted: 0 } : passSchema.parse(at);
    const unusedBefore = emptyTrash ? Number.MAX_SAFE_INTEGER : startedAt - gracePeriod;
    const filter = { workspaceId, unusedBefore, now: startedAt };
    const found = await listReleased(db, filter, pass.at, MANIFESTS);
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
  const going = found.filter(({ isKept }) => !isKept);
  await keepReleased(
    db,
    found.filter(({ isKept }) => isKept),
  );
  const errors = await applyToEach(
    going,
    (some) => deleteReleased(db, some, run.emptyTrash, deleting(collection)),
    ({ digest }) => `manifest ${digest}`,
  );
  return { deleted: going.length - errors.length, errors };
}

const linkKey = z.tuple([z.number(), z.number(), z.number()]);

/**
 * Deletes links from images to blobs that no manifest has named for the grace period, and each blob
 * together with its last link.
 */
export const deleteUnusedBlobs: Phase = {
  name: 'links',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run, gracePeriod } = collection;
    const before = run.startedAt - gracePeriod;
    // A run of an earlier release may continue here, with another cursor: it starts again.
    const after = linkKey.safeParse(at).data ?? ([0, 0, 0] as const);
    const found = await listUnusedLinks(db, run.workspaceId, before, after, SLICE);
    const errors = await applyToEach(
      found,
      (some) => deleteUnusedLinks(db, some, before, deleting(collection)),
      ({ digest }) => `the link to blob ${digest}`,
    );
    const last = found.at(-1);
    return { next: last ? [last.imageId, last.unusedSince, last.blobId] : null, errors };
  },
};
