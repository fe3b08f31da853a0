import { formatRepositoryName, parseRepositoryName, parseTag } from '../../domain/names.ts';
import { type ArchiveBlob, type ArchiveImage, totalSize } from '../images.ts';

/** Where an image goes. */
export interface PushDestination {
  /** `workspace/image`. */
  readonly repository: string;
  readonly tag: string;
}

/** What a push will do; nothing has been asked of the registry yet. */
export interface PushPlan extends PushDestination {
  readonly image: ArchiveImage;
  /** Everything but manifests, in the order it is best read in: configs last. */
  readonly blobs: readonly ArchiveBlob[];
  /** Bytes of the blobs as they lie in the archive: what progress is measured by. */
  readonly totalBytes: number;
}

/** @throws RegistryError NAME_INVALID or TAG_INVALID */
export function planPush(image: ArchiveImage, target: PushDestination): PushPlan {
  const repository = formatRepositoryName(parseRepositoryName(target.repository));
  const layers = image.layers.toSorted((a, b) => a.content.position - b.content.position);
  const blobs = [...layers, ...image.configs];
  return { repository, tag: parseTag(target.tag), image, blobs, totalBytes: totalSize(blobs) };
}
