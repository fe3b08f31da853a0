import type { Phase } from './collection.ts';
import { blobs, links, manifests, untagged } from './content.ts';
import { objects } from './objects.ts';
import { records } from './records.ts';
import { expire, images, versions } from './trash.ts';

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
