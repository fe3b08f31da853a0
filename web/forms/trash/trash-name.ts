import type { TrashItem } from '../../api/trash.ts';
import { shortDigest } from '../../ui/digest.tsx';

/**
 * What something in the trash is called: `payments`, `payments/api`, `payments/api:v1`, or with
 * the beginning of its digest where it had no tag.
 */
export function trashName({ workspace, image, tag, digest }: TrashItem): string {
  if (image === null) return workspace;
  if (tag !== null) return `${workspace}/${image}:${tag}`;
  return digest === null ? `${workspace}/${image}` : `${workspace}/${image}@${shortDigest(digest)}`;
}
