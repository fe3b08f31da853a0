import type { Operation } from './operations.ts';
import type { RequestKind } from './request-kind.ts';

/** Sequential trips, and those to the primary of the database alone. */
type Trips = readonly [all: number, primary: number];

/** The most that an operation may ask; each number is that of the client itself, not of a script. */
interface Budget {
  /** While an isolate remembers what earlier requests left. */
  readonly found: Trips;
  /** While each request meets an isolate that knows nothing, as in a busy data centre. */
  readonly unknown: Trips;
  /** Statements and transactions at the primary, with those after the answers, while found. */
  readonly calls: readonly [queries: number, batches: number];
}

function budget(found: Trips, unknown: Trips, calls: Budget['calls']): Budget {
  return { found, unknown, calls };
}

/**
 * Of an image of ten layers and a config. What saves a trip lowers its budgets. They leave some to spare
 * where a client does several things at once: on a busy machine these wait for one another.
 */
export const BUDGETS: Readonly<Record<Operation, Budget>> = {
  'ctr push, new image': budget([11, 9], [11, 9], [15, 12]),
  'ctr push, nothing new': budget([4, 3], [6, 4], [2, 0]),
  'ctr pull, first anywhere': budget([8, 2], [12, 3], [2, 0]),
  'ctr pull, cold': budget([8, 2], [12, 3], [2, 0]),
  'ctr pull, again': budget([7, 1], [12, 3], [1, 0]),
  'docker push, new image': budget([23, 11], [26, 15], [5, 12]),
  'docker push, known repository': budget([21, 10], [26, 11], [4, 12]),
  'docker push, nothing new': budget([6, 3], [7, 4], [3, 1]),
  'docker pull, first anywhere': budget([11, 2], [17, 2], [2, 0]),
  'docker pull, cold': budget([11, 2], [17, 2], [2, 0]),
  'docker pull, again': budget([10, 1], [17, 2], [1, 0]),
  'skopeo push, new image': budget([71, 36], [71, 36], [24, 12]),
  'skopeo push, nothing new': budget([14, 2], [15, 3], [3, 1]),
  'skopeo pull, first anywhere': budget([15, 2], [26, 2], [2, 0]),
  'skopeo pull, cold': budget([15, 2], [26, 2], [2, 0]),
  'skopeo pull, again': budget([14, 1], [26, 2], [1, 0]),
};

/** The most sequential trips to the primary of one request: while found, and while unknown. */
export const REQUESTS: Readonly<Record<RequestKind, readonly [found: number, unknown: number]>> = {
  'without a token': [0, 0],
  'a token': [1, 1],
  'a manifest by tag': [1, 1],
  'a manifest by digest': [0, 0],
  'HEAD of a blob': [1, 1],
  'a blob': [0, 0],
  'an upload begins': [0, 0],
  'bytes of an upload': [0, 0],
  'an upload ends': [1, 1],
  'a manifest is pushed': [1, 1],
};
