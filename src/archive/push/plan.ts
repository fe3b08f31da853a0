import { formatRepositoryName, parseRepositoryName, parseTag } from '../../domain/names.ts';
import { type ArchiveBlob, type ArchiveImage, totalSize } from '../images.ts';

/** Where an image is pushed. */
export interface PushDestination {
  /** `workspace/image`. */
  readonly repository: string;
  readonly tag: string;
}

/** What a push will do, planned without a request. */
export interface PushPlan extends PushDestination {
  readonly image: ArchiveImage;
  /** Layers in the order of the archive, then configs. */
  readonly blobs: readonly ArchiveBlob[];
  /** Bytes of the blobs in the archive, by which progress is measured. */
  readonly totalBytes: number;
}

/** @throws RegistryError NAME_INVALID or TAG_INVALID */
export function planPush(image: ArchiveImage, target: PushDestination): PushPlan {
  const repository = formatRepositoryName(parseRepositoryName(target.repository));
  const layers = image.layers.toSorted((a, b) => a.content.position - b.content.position);
  const blobs = [...layers, ...image.configs];
  return { repository, tag: parseTag(target.tag), image, blobs, totalBytes: totalSize(blobs) };
}
