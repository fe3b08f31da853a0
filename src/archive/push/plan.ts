import { formatRepositoryName, parseRepositoryName, parseTag } from '../../domain/names.ts';
import { type ArchiveBlob, type ArchiveImage, totalSize } from '../images.ts';

/** Where an image is pushed. */
export interface PushDestination {
  /** `workspace/image`. */
  readonly repository: string;
  /** At least one. */
  readonly tags: readonly string[];
}

/** What a push will do, planned without a request. */
export interface PushPlan extends PushDestination {
  readonly image: ArchiveImage;
  /** Layers in the order of the archive, then configs. */
  readonly blobs: readonly ArchiveBlob[];
  /** Bytes of the blobs in the archive, by which progress is measured. */
  readonly totalBytes: number;
}

/** @throws RegistryError NAME_INVALID or TAG_INVALID, for no tag as well */
export function planPush(image: ArchiveImage, target: PushDestination): PushPlan {
  const repository = formatRepositoryName(parseRepositoryName(target.repository));
  const layers = image.layers.toSorted((a, b) => a.content.position - b.content.position);
  const blobs = [...layers, ...image.configs];
  const tags = [...new Set(target.tags.map(parseTag))];
  if (tags.length === 0) parseTag('');
  return { repository, tags, image, blobs, totalBytes: totalSize(blobs) };
}
