import { objects } from './deletion-queue.ts';
import { expire, images, versions } from './expired-trash.ts';
import { records } from './old-runs.ts';
import type { Phase } from './slice.ts';
import { blobs, links, manifests, untagged } from './unused-content.ts';

/**
 * All that a collection does, in order: what leaves the trash is taken apart, then content goes
 * from the top down, and last the objects in the bucket.
 */
export const PHASES: readonly Phase[] = [
  records,
  expire,
  versions,
  images,
  untagged,
  manifests,
  links,
  blobs,
  objects,
];
