import * as z from 'zod/mini';
import {
  dropReleased,
  keepReleased,
  listReleased,
  type ReleasedManifest,
} from '../../storage/garbage/released-manifests.ts';
import {
  listWorkspacesWithDue,
  releaseUntagged,
} from '../../storage/garbage/untagged-manifests.ts';
import {
  dropUnlinkedBlobs,
  dropUnusedLinks,
  listUnlinkedBlobs,
  listUnusedLinks,
} from '../../storage/garbage/unused-blobs.ts';
import { applyToEach, type Collection, type Phase, type Step } from './slice.ts';

/** Rows a slice takes; of manifests fewer, since each may name many blobs. */
const SLICE = 500;
const MANIFESTS = 50;
const WORKSPACES = 100;

const freeing = ({ run }: Collection) => ({ runId: run.id, now: Date.now() });

/** Releases what has had no tag for longer than the policy of its workspace keeps it. */
export const untagged: Phase = {
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
    // The same workspace again, until it has no more.
    if (count === SLICE) return { next: first - 1 };
    return { next: second === undefined ? last : second - 1 };
  },
};

const passSchema = z.object({ at: z.tuple([z.number(), z.number()]), dropped: z.number() });

/**
 * Drops released manifests. Each that goes may release others, so this passes over them until
 * a pass finds none to drop.
 */
export const manifests: Phase = {
  name: 'manifests',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run, gracePeriod } = collection;
    const { workspaceId, emptyTrash, startedAt } = run;
    const pass = at === null ? { at: [0, 0] as const, dropped: 0 } : passSchema.parse(at);
    const unusedBefore = emptyTrash ? Number.MAX_SAFE_INTEGER : startedAt - gracePeriod;
    const filter = { workspaceId, unusedBefore, now: startedAt };
    const found = await listReleased(db, filter, pass.at, MANIFESTS);
    const last = found.at(-1);
    if (last === undefined) {
      return { next: pass.dropped > 0 ? { at: [0, 0], dropped: 0 } : null };
    }
    const { dropped, errors } = await dropManifests(collection, found);
    const next = { at: [last.releasedAt, last.rowid], dropped: pass.dropped + dropped };
    return { next, errors };
  },
};

async function dropManifests(collection: Collection, found: readonly ReleasedManifest[]) {
  const { db, run } = collection;
  const kept = found.filter((manifest) => manifest.isKept === 1);
  const gone = found.filter((manifest) => manifest.isKept === 0);
  await keepReleased(db, kept);
  const errors = await applyToEach(
    gone,
    (some) => dropReleased(db, some, run.emptyTrash, freeing(collection)),
    ({ digest }) => `manifest ${digest}`,
  );
  return { dropped: gone.length - errors.length, errors };
}

const linkKey = z.tuple([z.number(), z.number()]);

/** Drops links from images to blobs that no manifest has named for the grace period. */
export const links: Phase = {
  name: 'links',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run, gracePeriod } = collection;
    const before = run.startedAt - gracePeriod;
    const after = at === null ? ([0, 0] as const) : linkKey.parse(at);
    const found = await listUnusedLinks(db, run.workspaceId, before, after, SLICE);
    const errors = await applyToEach(
      found,
      (some) => dropUnusedLinks(db, some, before, freeing(collection)),
      ({ digest }) => `the link to blob ${digest}`,
    );
    const last = found.at(-1);
    return { next: last ? [last.unusedSince, last.rowid] : null, errors };
  },
};

/** Drops blobs without links. What removes links leaves none; this is for what went wrong. */
export const blobs: Phase = {
  name: 'blobs',
  of: 'platform',
  slice: async (collection, at): Promise<Step> => {
    const digests = await listUnlinkedBlobs(collection.db, String(at ?? ''), SLICE);
    const errors = await applyToEach(
      digests,
      (some) => dropUnlinkedBlobs(collection.db, some, freeing(collection)),
      (digest) => `blob ${digest}`,
    );
    return { next: digests.at(-1) ?? null, errors };
  },
};
