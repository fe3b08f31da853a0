import type { Sample } from './measure.ts';
import { type CallKind, isAny, isPrimary, tripsOfAll } from './trips.ts';

const KINDS = {
  queries: ['read', 'write'],
  batches: ['batch'],
  'at a replica': ['replica'],
  'R2 reads': ['get'],
  'R2 writes': ['put'],
  'objects, first': ['first'],
  'objects, later': ['object'],
} as const satisfies Readonly<Record<string, readonly CallKind[]>>;

/** What is counted of an operation, in the order of a table's columns. */
export const COUNTS = [
  'requests',
  'trips',
  'primary',
  ...(Object.keys(KINDS) as CountedKind[]),
] as const;

type CountedKind = keyof typeof KINDS;

/** Sequential trips, those to the primary alone, and all calls, also those after the answers. */
export type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

export function countSample({ requests }: Sample): Counts {
  const calls = requests.flatMap((request) => request.calls);
  const byKind = Object.entries(KINDS).map(([name, kinds]: [string, readonly CallKind[]]) => [
    name,
    calls.filter(({ kind }) => kinds.includes(kind)).length,
  ]);
  return {
    requests: requests.length,
    trips: tripsOfAll(requests, isAny),
    primary: tripsOfAll(requests, isPrimary),
    ...(Object.fromEntries(byKind) as Record<CountedKind, number>),
  };
}
