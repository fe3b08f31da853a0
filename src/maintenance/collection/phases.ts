import { deleteQueuedObjects } from './deletion-queue.ts';
import { deletePurgedImages, purgeExpiredTrash, releasePurgedVersions } from './expired-trash.ts';
import { deleteOldRuns } from './old-runs.ts';
import type { Phase } from './slice.ts';
import {
  deleteReleasedManifests,
  deleteUnusedBlobs,
  releaseUntaggedManifests,
} from './unused-content.ts';

/**
 * All that a collection does, in order: what leaves the trash is taken apart, then content goes
 * from the top down, and last the objects in the bucket.
 */
export const PHASES: readonly Phase[] = [
  deleteOldRuns,
  purgeExpiredTrash,
  releasePurgedVersions,
  deletePurgedImages,
  releaseUntaggedManifests,
  deleteReleasedManifests,
  deleteUnusedBlobs,
  deleteQueuedObjects,
];
