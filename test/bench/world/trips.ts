/** What a call of a binding is. */
export type CallKind =
  /** A statement to D1's primary that reads, or writes. */
  | 'read'
  | 'write'
  /** Statements to D1's primary in one transaction. */
  | 'batch'
  /** A read at a replica of D1. */
  | 'replica'
  /** R2: a read, or anything else. */
  | 'get'
  | 'put'
  /** A Durable Object whose name is used for the first time, or any other. */
  | 'first'
  | 'object'
  /** Workers Cache. */
  | 'cache';

/** A time from one moment to another, in ms of one clock. */
interface Interval {
  readonly begun: number;
  readonly ended: number;
}

/** A call of a binding. That of an object ends where the object begins: its own calls follow. */
export interface Call extends Interval {
  readonly kind: CallKind;
  /** What was asked for, to be read by people. */
  readonly what: string;
}

/** What a request made the Worker, and the objects it called, ask of the platform. */
export interface Trace {
  /** The request's number. */
  readonly id: number;
  /** When the Worker gave its answer, by the clock of its calls. */
  readonly answered: number;
  readonly calls: readonly Call[];
}

/** A request as the data centre saw it, from its arrival to the end of its answer. */
export interface Exchange extends Interval {
  readonly id: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
}

/** A request with what it made the Worker do. */
export interface TracedRequest extends Exchange {
  /** In order of their beginning. */
  readonly calls: readonly Call[];
  /** Those that the answer waited for. */
  readonly waited: readonly Call[];
}

export function traceRequest(exchange: Exchange, trace: Trace | undefined): TracedRequest {
  const calls = [...(trace?.calls ?? [])].sort((one, two) => one.begun - two.begun);
  const answered = trace?.answered ?? 0;
  return { ...exchange, calls, waited: calls.filter(({ ended }) => ended <= answered) };
}

const PRIMARY: readonly CallKind[] = ['read', 'write', 'batch'];

/** Whether a call went to the primary of the database. */
export const isPrimary = ({ kind }: Call): boolean => PRIMARY.includes(kind);

export const isAny = (): boolean => true;

/** How much earlier than this listener a client may see the end of an answer, ms. */
const SKEW = 2;

/** Sequential trips of a request: calls that waited for one another; those that overlap are one. */
export function tripsOf({ waited }: TracedRequest, counts: (call: Call) => boolean): number {
  return heaviestChain(waited.filter(counts), () => 1, 0);
}

/**
 * Sequential trips of all requests of an operation: the most that any chain of requests had, each
 * of which came after the answer to the one before.
 */
export function tripsOfAll(
  requests: readonly TracedRequest[],
  counts: (call: Call) => boolean,
): number {
  return heaviestChain(requests, (request) => tripsOf(request, counts), SKEW);
}

/** The weight of the heaviest chain of intervals none of which overlaps another by more than `slack`. */
function heaviestChain<T extends Interval>(
  intervals: readonly T[],
  weigh: (interval: T) => number,
  slack: number,
): number {
  const sorted = [...intervals].sort((one, two) => one.ended - two.ended);
  const weights: number[] = [];
  for (const [n, interval] of sorted.entries()) {
    const before = sorted
      .slice(0, n)
      .map(({ ended }, m) => (ended - slack <= interval.begun ? (weights[m] ?? 0) : 0));
    weights.push(weigh(interval) + Math.max(0, ...before));
  }
  return Math.max(0, ...weights);
}
