import type { Database } from '../database.ts';
import {
  type ImageFilter,
  type ImageKey,
  type ImageOrder,
  imageListKey,
  type ListedImage,
} from './image-filters.ts';
import { findImages, listImages, listImagesAmong } from './image-lists.ts';

/** The most images found by the index that are sorted; if there are more, the list is walked. */
const MAX_SORTED = 500;
/** The index has all sequences of three characters. */
const INDEXED_LENGTH = 3;
/** Images that a walk reads at a time, and how many times for one page. */
const SLICE = 100;
const MAX_SLICES = 4;

/** Some of the images found, and where to continue; null: at the end. */
export interface FoundImages {
  readonly images: readonly ListedImage[];
  readonly next: ImageKey | null;
}

/**
 * Images whose full name or description contains a text, in any case. A rare text is found by
 * the text index. For a common text, or one too short for the index, the list is walked: then a
 * page may end before it is full, to bound what is read, and `next` says where to continue.
 */
export async function searchImages(
  db: Database,
  filter: ImageFilter,
  text: string,
  order: ImageOrder,
  after: ImageKey | null,
  limit: number,
): Promise<FoundImages> {
  if ([...text].length >= INDEXED_LENGTH) {
    const ids = await findImages(db, text, MAX_SORTED + 1);
    if (ids.length <= MAX_SORTED) {
      return cut(await listImagesAmong(db, ids, filter, order, after, limit + 1), order, limit);
    }
  }
  return await walk(db, { ...filter, mark: text }, order, after, limit);
}

async function walk(
  db: Database,
  filter: ImageFilter,
  order: ImageOrder,
  after: ImageKey | null,
  limit: number,
): Promise<FoundImages> {
  const found: ListedImage[] = [];
  let last = after;
  for (let n = 0; n < MAX_SLICES; n++) {
    const slice = await listImages(db, filter, order, last, SLICE);
    found.push(...slice.filter((image) => image.marked));
    if (found.length > limit) return cut(found, order, limit);
    const end = slice.at(-1);
    if (!end || slice.length < SLICE) return { images: found, next: null };
    last = imageListKey(order, end);
  }
  return { images: found, next: last };
}

/** The first `limit` of the images, and where to continue if there are more. */
function cut(found: readonly ListedImage[], order: ImageOrder, limit: number): FoundImages {
  const images = found.slice(0, limit);
  const last = images.at(-1);
  return { images, next: found.length > limit && last ? imageListKey(order, last) : null };
}
