import type { StoredContent } from '../storage/contents.ts';
import { markBlobDamaged, markManifestDamaged } from '../storage/damages.ts';
import type { Platform } from './context.ts';

/**
 * Marks content whose object is lost or wrong, and tells the log once. False when that was
 * known, or the content has another object by now.
 * @param fault how the sentence goes on that begins with `a blob`
 */
export async function reportDamage(
  { db }: Platform,
  content: StoredContent,
  fault: string,
  now: number,
): Promise<boolean> {
  const { kind, digest, key } = content;
  const isNew =
    kind === 'blob'
      ? await markBlobDamaged(db, content, now)
      : await markManifestDamaged(db, key, now);
  if (isNew) console.error({ message: `a ${kind} ${fault}`, digest, key });
  return isNew;
}
