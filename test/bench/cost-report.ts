import { startVitest } from 'vitest/node';
import type { Cost } from './cost/ledger.ts';
import { PRICES_AS_OF, priceOfMillion, TERABYTE_MONTH } from './prices.ts';
import { formatTable } from './table.ts';

/** Images of this size make up the terabytes below: ten layers, bytes in all. */
const IMAGE_BYTES = 100_000_000;
const TERABYTE = 1_000_000_000_000;

/** Runs the budgets' test, prints what each piece of work has cost, and answers it by name. */
export async function reportCost(): Promise<Record<string, Cost>> {
  const costs = await measureCosts();
  console.log(formatTable([HEAD, ...Object.entries(costs).map(describe)]));
  const perTerabyte = (name: string) => {
    const cost = costs[name];
    return cost ? ((priceOfMillion(cost) / 1e6) * (TERABYTE / IMAGE_BYTES)).toFixed(2) : '?';
  };
  console.log(`
Prices of ${PRICES_AS_OF}, beyond what a plan includes, without CPU time.
A terabyte kept for a month: $${TERABYTE_MONTH}. In images of ${IMAGE_BYTES / 1e6} MB and ten layers:
pushed, with length $${perTerabyte('push of a new image, with length')}; pulled by somebody new \
$${perTerabyte('cold pull')}, again $${perTerabyte('warm pull')}. Bytes that leave R2 cost nothing.`);
  return costs;
}

const HEAD = [
  ...['work', 'requests', 'D1 queries', 'batches', 'rows read', 'rows written'],
  ...[
    'R2 class A',
    'class B',
    'DO uploads',
    'DO pulls',
    'their rows',
    'bytes in JS',
    '$ per million',
  ],
];

function describe([name, cost]: [string, Cost]): (string | number)[] {
  const { requests, queries, batches, rowsRead, rowsWritten, classA, classB, uploads, pulls } =
    cost;
  const calls = [requests, queries, batches, rowsRead, rowsWritten, classA, classB, uploads, pulls];
  return [name, ...calls, cost.pullRows, cost.bytes, priceOfMillion(cost).toFixed(2)];
}

async function measureCosts(): Promise<Record<string, Cost>> {
  const file = 'test/bench/cost/budgets.test.ts';
  const vitest = await startVitest('test', [file], { project: ['cost'], watch: false, run: true });
  const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  const found = tests.flatMap((one) => {
    const { cost } = one.meta() as { cost?: Cost };
    return cost ? [[one.name, cost] as const] : [];
  });
  await vitest.close();
  return Object.fromEntries(found);
}
