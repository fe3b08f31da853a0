import type { Cost } from './ledger.ts';

/**
 * What a piece of work may cost. Calls are exact: one more is a change that somebody must have
 * wanted. Rows and bytes are at most.
 */
export type Budget = Pick<
  Cost,
  'queries' | 'batches' | 'classA' | 'classB' | 'uploads' | 'pulls'
> & {
  readonly atMost: Pick<Cost, 'rowsRead' | 'rowsWritten' | 'bytes' | 'pullRows'>;
};

type Calls = readonly [
  queries: number,
  batches: number,
  classA: number,
  classB: number,
  uploads: number,
  pulls: number,
];
type Most = readonly [rowsRead: number, rowsWritten: number, bytes: number, pullRows?: number];

function budget(
  [queries, batches, classA, classB, uploads, pulls]: Calls,
  [rowsRead, rowsWritten, bytes, pullRows = 0]: Most,
): Budget {
  const atMost = { rowsRead, rowsWritten, bytes, pullRows };
  return { queries, batches, classA, classB, uploads, pulls, atMost };
}

/** A part of an upload, bytes. */
export const PART = 6 * 1024 * 1024;
/** A blob of the images here, bytes. */
export const BLOB = 2000;

/**
 * An image has ten layers and a config. Calls are D1's queries and batches, R2's class A and B,
 * and requests to uploads and to counters of pulls; rows are D1's, and those of counters of pulls.
 */
export const BUDGETS = {
  'a token': budget([1, 0, 0, 0, 0, 0], [5, 0, 0]),
  'a token, asked for again': budget([0, 0, 0, 0, 0, 0], [0, 0, 0]),
  // The answer does not wait for the second batch, which takes back the failure counted first.
  "a token by a user's password": budget([0, 2, 0, 0, 0, 0], [60, 12, 0]),
  "a token by a user's password, asked for again": budget([0, 0, 0, 0, 0, 0], [0, 0, 0]),
  "a token by a user's password, for another image": budget([1, 0, 0, 0, 0, 0], [10, 0, 0]),
  'a token by a refresh token': budget([1, 0, 0, 0, 0, 0], [12, 0, 0]),
  'a token by a refresh token, asked for again': budget([0, 0, 0, 0, 0, 0], [0, 0, 0]),
  'push of a new blob, with length': budget([2, 1, 1, 0, 0, 0], [22, 5, 0]),
  'push of a new blob, in a stream': budget([2, 1, 1, 0, 2, 0], [22, 5, BLOB]),
  'push of a new blob of 3 parts, in a stream': budget([2, 1, 5, 0, 2, 0], [22, 5, 3 * PART]),
  'mount of a blob': budget([1, 1, 0, 0, 0, 0], [17, 2, 0]),
  'push of a new image, with length': budget([13, 12, 11, 1, 0, 0], [500, 110, 0]),
  'push of a new image, in a stream': budget([13, 12, 11, 1, 22, 0], [500, 110, 11 * BLOB]),
  'push of a known image': budget([13, 1, 0, 1, 0, 0], [185, 11, 0]),
  'HEAD of a blob': budget([1, 0, 0, 0, 0, 0], [8, 0, 0]),
  'HEAD of a manifest': budget([1, 0, 0, 0, 0, 1], [8, 0, 0, 2]),
  'HEAD of a manifest, again within the hour': budget([1, 0, 0, 0, 0, 0], [8, 0, 0]),
  'cold pull': budget([2, 0, 0, 11, 0, 1], [40, 0, 0, 2]),
  'warm pull': budget([1, 0, 0, 11, 0, 1], [35, 0, 0, 2]),
  'pull of an index and of one of its images': budget([2, 0, 0, 0, 0, 1], [45, 0, 0, 2]),
  'blob by itself': budget([1, 0, 0, 1, 0, 0], [8, 0, 0]),
  'pulls on their way to D1': budget([0, 1, 0, 0, 0, 1], [40, 12, 0, 4]),
  'tags, a page': budget([1, 0, 0, 0, 0, 0], [30, 0, 0]),
  'catalog, a page': budget([1, 0, 0, 0, 0, 0], [34, 0, 0]),
  'referrers, a page': budget([1, 0, 0, 0, 0, 0], [75, 0, 0]),
  'accessories of an image, a page': budget([4, 0, 0, 0, 0, 0], [130, 0, 0]),
  'images, a page': budget([2, 0, 0, 0, 0, 0], [30, 0, 0]),
  'search of images': budget([3, 0, 0, 0, 0, 0], [20, 0, 0]),
} satisfies Readonly<Record<string, Budget>>;
