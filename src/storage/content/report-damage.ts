import type { Database } from '../database.ts';
import { markDamaged } from './damages.ts';
import type { StoredContent } from './stored-objects.ts';

/** What is wrong with the object of some content. */
export interface Fault {
  readonly content: StoredContent;
  readonly what: 'missing' | 'damaged';
}

/**
 * Marks content whose object is lost or wrong, and tells the log of each once. Answers how
 * many were not known; content that has another object by now is none.
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

/** Objects looked at together: a Worker waits for six connections at most. */
const CONCURRENCY = 4;

/** Looks at the objects of contents, some at a time, and answers the faults that are found. */
export async function findFaults<C extends StoredContent>(
  contents: readonly C[],
  look: (content: C) => Promise<Fault['what'] | null>,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  const queue = [...contents];
  const work = async () => {
    for (let content = queue.shift(); content; content = queue.shift()) {
      const what = await look(content);
      if (what !== null) faults.push({ content, what });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return faults;
}
