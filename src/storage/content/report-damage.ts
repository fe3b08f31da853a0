import type { Database } from '../database.ts';
import type { ObjectCache } from '../object-cache.ts';
import { markDamaged } from './damages.ts';
import type { Fault } from './find-faults.ts';

/**
 * Marks content with a fault as damaged, takes it from the cache, and logs each once. Answers how many are newly marked;
 * content that has another object by now is not counted.
 */
export async function reportFaults(
  { db, objectCache }: { readonly db: Database; readonly objectCache: ObjectCache | null },
  faults: readonly Fault[],
  now: number,
): Promise<number> {
  if (faults.length === 0) return 0;
  const keys = faults.map(({ content }) => content.key);
  const marked = new Set(await markDamaged(db, keys, now));
  await objectCache?.purge(keys);
  for (const { content, what } of faults) {
    const { kind, digest, key } = content;
    if (!marked.has(key)) continue;
    console.error({ message: `a ${kind} is ${what} in the storage`, digest, key });
  }
  return marked.size;
}
