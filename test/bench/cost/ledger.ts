/** What a piece of work cost at the platform's bindings, in calls, rows and bytes. */
export interface Cost {
  /** Requests to the Worker. */
  requests: number;
  /** Queries to D1 outside batches; each is a round trip. */
  queries: number;
  /** Batches to D1, each one transaction and one round trip. */
  batches: number;
  rowsRead: number;
  rowsWritten: number;
  /** Writes, lists and parts of R2. */
  classA: number;
  /** Reads of R2. */
  classB: number;
  /** Requests to uploads, and alarms of them. */
  uploads: number;
  /** Requests to counters of pulls, and alarms of them. */
  pulls: number;
  /** Rows that counters of pulls write: values put and deleted, alarms set. */
  pullRows: number;
  /** Bytes handed to R2 from JavaScript's memory; what streams through is not among them. */
  bytes: number;
}

const NOTHING: Cost = {
  requests: 0,
  queries: 0,
  batches: 0,
  rowsRead: 0,
  rowsWritten: 0,
  classA: 0,
  classB: 0,
  uploads: 0,
  pulls: 0,
  pullRows: 0,
  bytes: 0,
};

/** What all requests of this isolate have cost so far, and what they still do after answering. */
export const ledger = {
  cost: { ...NOTHING },
  pending: [] as Promise<unknown>[],
  /** While it is set, counters of pulls never answer. */
  arePullsStuck: false,
  /** The counter of pulls whose alarm does its work; that of all others is put off. */
  alarmOf: '',
};

/** What some work costs, with everything it leaves to be done after its answers. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  await settle();
  const before = { ...ledger.cost };
  await work();
  await settle();
  return difference(ledger.cost, before);
}

/** Waits until nothing is left to do behind the answers given. */
async function settle(): Promise<void> {
  while (ledger.pending.length > 0) await Promise.allSettled(ledger.pending.splice(0));
}

/** What one reading of the ledger is more than an earlier one. */
export function difference(now: Cost, before: Cost): Cost {
  const result = { ...NOTHING };
  for (const key of Object.keys(NOTHING) as (keyof Cost)[]) result[key] = now[key] - before[key];
  return result;
}
