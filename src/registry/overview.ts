import { isDue, MINUTE_MS } from '../domain/time.ts';
import type { Database } from '../storage/database.ts';
import { readSweep, writeSweep } from '../storage/sweep-cursors.ts';
import type { ListedImage } from '../storage/workspaces/image-filters.ts';
import {
  countPlatform,
  listTopImages,
  listTopWorkspaces,
  type PlatformCounts,
  type TopWorkspace,
} from '../storage/workspaces/overview.ts';

const SWEEP = 'overview';

/** How long figures are reused, ms, because computing them reads all workspaces. */
const REMEMBERED_FOR = MINUTE_MS;

/** Entries of each list. */
const TOP = 10;

/** Figures of the whole platform. */
export interface Overview {
  /** When they were computed, ms. */
  readonly takenAt: number;
  readonly counts: PlatformCounts;
  readonly imagesByPulls: readonly ListedImage[];
  readonly imagesBySize: readonly ListedImage[];
  readonly workspaces: readonly TopWorkspace[];
}

/** The figures of the platform, at most a minute old. */
export async function readOverview(db: Database, now: number): Promise<Overview> {
  const kept = await readSweep<Overview>(db, SWEEP);
  if (kept !== null && !isDue(kept.takenAt, REMEMBERED_FOR, now)) return kept;
  const taken: Overview = {
    takenAt: now,
    counts: await countPlatform(db),
    imagesByPulls: await listTopImages(db, 'pulls', TOP),
    imagesBySize: await listTopImages(db, 'size', TOP),
    workspaces: await listTopWorkspaces(db, TOP),
  };
  await writeSweep(db, SWEEP, taken, now);
  return taken;
}
