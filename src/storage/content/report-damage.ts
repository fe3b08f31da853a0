import type { Database } from '../database.ts';
import { markDamaged } from './damages.ts';
import type { StoredContent } from './stored-objects.ts';

/** Content whose object is missing or damaged. */
export interface Fault {
  readonly content: StoredContent;
  readonly what: 'missing' | 'damaged';
}

/**
 * Marks content whose object is missing or damaged, and logs each once. Answers how many are
 * newly marked; content that has another object by now is not counted.
 */
export async function reportFaults(
  db: Database,
  faults: readonly Fault[],
  now: number,
): Promise<number> {
  if (faults.length === 0) return 0;
  const keys = faults.map(({ content }) => content.key);
  const marked = new Set(await markDamaged(db, keys, now));
  for (const { content, what } of faults) {
    const { kind, digest, key } = content;
    if (!marked.has(key)) continue;
    console.error({ message: `a ${kind} is ${what} in the storage`, digest, key });
  }
  return marked.size;
}

/** Objects checked at the same time: a Worker has six connections at most. */
const CONCURRENCY = 4;

/** Checks the objects of contents, a few at a time, and answers the faults found. */
export async function findFaults<C extends StoredContent>(
  contents: readonly C[],
  check: (content: C) => Promise<Fault['what'] | null>,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  const queue = [...contents];
  const work = async () => {
    for (let content = queue.shift(); content; content = queue.shift()) {
      const what = await check(content);
      if (what !== null) faults.push({ content, what });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return faults;
}
