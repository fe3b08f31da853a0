import { digestAlgorithm } from '../../domain/digest.ts';
import { RegistryError } from '../../domain/errors.ts';
import { newBlobKey } from '../keys.ts';
import { hashObject, type ReadFailure } from '../object-reads.ts';
import type { StoredContent } from './stored-objects.ts';

/** Content whose object is missing, damaged, or cannot be read although the storage works. */
export interface Fault<C extends StoredContent = StoredContent> {
  readonly content: C;
  readonly what: ReadFailure;
}

/** Looks at the object of some content; null: it is right. */
type Examine<C> = (content: C) => Promise<ReadFailure | null>;

/** Objects examined at the same time: a Worker has six connections at most. */
const CONCURRENCY = 4;

/** Waits before what could not be read is read again, ms. */
const WAITS = [500, 2000];

/** Reads an object as a whole and compares its digest. */
export async function examineBytes(
  bucket: R2Bucket,
  content: StoredContent,
): Promise<ReadFailure | null> {
  const hashed = await hashObject(bucket, content, digestAlgorithm(content.digest));
  if ('failure' in hashed) return hashed.failure;
  return hashed.digest === content.digest ? null : 'damaged';
}

/**
 * Examines the objects of contents, a few at a time, and answers the faults found. What cannot be
 * read may be right, and R2 away for a moment. It is a fault if it still cannot be read some
 * seconds later, while the storage keeps and returns another object.
 * @throws RegistryError UNAVAILABLE if the storage does not; nothing is known of the contents then
 */
export async function findFaults<C extends StoredContent>(
  bucket: R2Bucket,
  contents: readonly C[],
  examine: Examine<C>,
): Promise<Fault<C>[]> {
  const isPassing = ({ what }: Fault<C>) => what === 'unreadable';
  let faults = await examineAll(contents, examine);
  for (const wait of WAITS) {
    const doubtful = faults.filter(isPassing);
    if (doubtful.length === 0) return faults;
    await scheduler.wait(wait);
    const certain = faults.filter((fault) => !isPassing(fault));
    const again = doubtful.map(({ content }) => content);
    faults = [...certain, ...(await examineAll(again, examine))];
  }
  if (faults.some(isPassing) && !(await isWorking(bucket))) {
    throw new RegistryError('UNAVAILABLE', 'the storage cannot be read right now: try again');
  }
  return faults;
}

async function examineAll<C extends StoredContent>(
  contents: readonly C[],
  examine: Examine<C>,
): Promise<Fault<C>[]> {
  const faults: Fault<C>[] = [];
  const queue = [...contents];
  const work = async () => {
    for (let content = queue.shift(); content; content = queue.shift()) {
      const what = await examine(content);
      if (what !== null) faults.push({ content, what });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return faults;
}

/** Whether the bucket stores an object and returns it. */
async function isWorking(bucket: R2Bucket): Promise<boolean> {
  const key = newBlobKey();
  try {
    await bucket.put(key, key);
    const object = await bucket.get(key);
    const text = await object?.text();
    await bucket.delete(key);
    return text === key;
  } catch {
    return false;
  }
}
