import { deleteQueuedObjects } from './deletion-queue.ts';
import { deletePurgedImages, markExpiredTrash, releasePurgedVersions } from './expired-trash.ts';
import { deleteOldRuns } from './old-runs.ts';
import type { Phase } from './slice.ts';
import {
  deleteReleasedManifests,
  deleteUnusedBlobs,
  releaseUntaggedManifests,
} from './unused-content.ts';

/**
 * The phases of a collection, in order: first expired trash, then unused content from manifests
 * down to blobs, and finally the objects in the bucket. See README.md.
 */
export const PHASES: readonly Phase[] = [
  deleteOldRuns,
  markExpiredTrash,
  releasePurgedVersions,
  deletePurgedImages,
  releaseUntaggedManifests,
  deleteReleasedManifests,
  deleteUnusedBlobs,
  deleteQueuedObjects,
];
