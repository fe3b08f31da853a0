import type { Cost } from './cost/ledger.ts';

/**
 * Dollars beyond what a paid plan includes, as Cloudflare publishes them:
 * https://developers.cloudflare.com/{workers,r2,d1,durable-objects}/platform/pricing/
 */
export const PRICES_AS_OF = 'August 2026';

/** Dollars for a million. CPU time, and what objects keep and how long they run, come on top. */
const PER_MILLION: Readonly<Record<Exclude<keyof Cost, 'bytes' | 'queries' | 'batches'>, number>> =
  {
    requests: 0.3,
    classA: 4.5,
    classB: 0.36,
    rowsRead: 0.001,
    rowsWritten: 1,
    uploads: 0.15,
    pulls: 0.15,
    pullRows: 1,
  };

/** Dollars for a terabyte kept in R2 for a month. Bytes that leave it cost nothing. */
export const TERABYTE_MONTH = 15;

/** Dollars for a million times some work. */
export function priceOfMillion(cost: Cost): number {
  const entries = Object.entries(PER_MILLION) as [keyof typeof PER_MILLION, number][];
  return entries.reduce((sum, [what, price]) => sum + cost[what] * price, 0);
}
