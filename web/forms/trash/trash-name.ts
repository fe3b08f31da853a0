import type { TrashItem } from '../../api/trash.ts';
import { shortDigest } from '../../ui/digest.tsx';

/**
 * The display name of an item of the trash: `payments`, `payments/api`, `payments/api:v1`, or with
 * a shortened digest if it had no tag.
 */
export function trashName({ workspace, image, tag, digest }: TrashItem): string {
  if (image === null) return workspace;
  if (tag !== null) return `${workspace}/${image}:${tag}`;
  return digest === null ? `${workspace}/${image}` : `${workspace}/${image}@${shortDigest(digest)}`;
}
