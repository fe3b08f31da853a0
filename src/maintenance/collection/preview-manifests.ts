import type { CollectionTimes } from '../../storage/collectable.ts';
import type { Database } from '../../storage/database.ts';
import {
  type Leaving,
  listDependents,
  listExpiredManifests,
  type ManifestFacts,
  readManifestFacts,
} from '../../storage/garbage/preview-manifests.ts';

/** Manifests that are looked at, at most. */
export const MAX_MANIFESTS = 5000;
/** How deep indexes and referrers are followed. */
const MAX_LEVELS = 20;

/** What a collection would do to the manifests of a workspace. */
export interface ManifestPlan {
  /** They go. */
  readonly gone: readonly ManifestFacts[];
  /** They are released by this collection, and wait for their grace period. */
  readonly waiting: readonly ManifestFacts[];
  /** Nothing but the history of a tag keeps them from now on. */
  readonly kept: readonly ManifestFacts[];
  /** False: there are more. */
  readonly complete: boolean;
}

/**
 * Foresees which manifests go, besides those of images that go as a whole: what has expired, the
 * versions that leave the trash, and whatever only those needed.
 */
export async function planManifests(
  db: Database,
  workspaceId: number,
  times: CollectionTimes,
  leaving: readonly Leaving[],
  goneImages: ReadonlySet<number>,
): Promise<ManifestPlan> {
  const expired = await listExpiredManifests(db, workspaceId, times, MAX_MANIFESTS);
  const losses = new Map<number, number>();
  const ids = new Set<number>();
  for (const { manifestId, tag } of leaving) {
    if (manifestId === null) continue;
    ids.add(manifestId);
    if (tag !== null) losses.set(manifestId, (losses.get(manifestId) ?? 0) + 1);
  }
  const versions = await readManifestFacts(db, [...ids], times);
  const candidates = [...expired, ...versions].filter(({ imageId }) => !goneImages.has(imageId));
  return await follow(db, candidates, losses, times);
}

/** Continues from manifests that may go to what only they needed, and so on. */
async function follow(
  db: Database,
  candidates: readonly ManifestFacts[],
  losses: Map<number, number>,
  times: CollectionTimes,
): Promise<ManifestPlan> {
  const none = () => new Map<number, ManifestFacts>();
  const fates: Record<Fate, Map<number, ManifestFacts>> = {
    ...{ gone: none(), waiting: none(), kept: none() },
  };
  let level = candidates;
  for (let depth = 0; depth < MAX_LEVELS && level.length > 0; depth++) {
    if (fates.gone.size >= MAX_MANIFESTS) break;
    const fresh = new Map<number, ManifestFacts>();
    for (const one of level) {
      if (fates.gone.has(one.id)) continue;
      const fate = foresee(one, losses.get(one.id) ?? 0, times);
      if (fate !== null) fates[fate].set(one.id, one);
      if (fate === 'gone') fresh.set(one.id, one);
    }
    const dependents = await listDependents(db, [...fresh.keys()]);
    for (const one of dependents) losses.set(one.id, (losses.get(one.id) ?? 0) + one.losses);
    level = await readManifestFacts(db, [...new Set(dependents.map(({ id }) => id))], times);
  }
  const { gone, waiting, kept } = fates;
  return {
    ...{ gone: [...gone.values()], waiting: [...waiting.values()], kept: [...kept.values()] },
    complete: level.length === 0 && candidates.length < MAX_MANIFESTS,
  };
}

type Fate = 'gone' | 'waiting' | 'kept';

/** What becomes of a manifest that is released and has lost some uses; null: it stays as it is. */
function foresee(one: ManifestFacts, losses: number, times: CollectionTimes): Fate | null {
  if (one.uses > losses || one.isInTrash) return null;
  const unusedSince = one.unusedSince ?? times.now;
  if (unusedSince >= times.releasedBefore) return one.isReleased ? null : 'waiting';
  return one.isKept ? 'kept' : 'gone';
}
