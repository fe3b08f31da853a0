import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { migrateLocally } from '../../../scripts/lib/local-database.ts';
import { makeFolder } from '../support/folder.ts';
import { describeDemand } from './demand.ts';
import { measureWorld, type Sample } from './measure.ts';
import { type Memory, type RegionModel, SYDNEY } from './model.ts';
import { CLIENTS, OPERATIONS, type Operation, type StartedClient } from './operations.ts';
import { startOrlopWorld, startRivalWorld, type WorldServer } from './server.ts';
import { COUNTS, type Counts, countSample } from './summary.ts';
import { describeTrace } from './trace-text.ts';

/** What is measured, and how. */
export interface WorldChoice {
  readonly rounds: number;
  readonly memory: Memory;
  /** How far the replica is behind, ms. */
  readonly lag: number;
  /** A checkout of cloudflare/serverless-registry, with its packages; null: none. */
  readonly rival: string | null;
  /** Prints the requests of the last round, with what they asked of the platform. */
  readonly trace: boolean;
}

/** Measures what clients far from the database wait for, and prints it as a table in Markdown. */
export async function reportWorld(choice: WorldChoice): Promise<unknown> {
  const { rounds, trace } = choice;
  const folder = makeFolder();
  const servers: WorldServer[] = [];
  const clients: StartedClient[] = [];
  let samples: Sample[];
  try {
    for await (const server of startServers(folder, choice)) servers.push(server);
    for (const { start } of Object.values(CLIENTS)) clients.push(await start(folder));
    samples = await measureWorld(
      servers,
      clients.map(({ client }) => client),
      folder,
      rounds,
    );
  } finally {
    for (const started of [...clients, ...servers]) await started.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const last = samples.slice(-samples.length / rounds);
  if (trace) for (const sample of last) console.log(describeTrace(sample));
  const names = servers.map(({ name }) => name);
  console.log(describeTable(samples, names));
  const [ours = ''] = names;
  const own = samples.filter(({ of }) => of === ours);
  console.log(`\n${describeDemand((operation) => medianCounts(own, operation))}`);
  return samples.map(toFigures);
}

async function* startServers(folder: string, { memory, lag, rival }: WorldChoice) {
  const model: RegionModel = { ...SYDNEY, replica: { ...SYDNEY.replica, lag } };
  const state = join(folder, 'orlop');
  // Before any workerd is started here: wrangler's own would use the environment that it changes.
  await migrateLocally(state);
  yield await startOrlopWorld(state, { model, memory });
  if (rival) yield await startRivalWorld(folder, rival, { model, memory });
}

function toFigures(sample: Sample) {
  const { operation, of, seconds } = sample;
  return { operation, of, seconds, ...countSample(sample) };
}

type Figures = ReturnType<typeof toFigures>;

function describeTable(samples: readonly Sample[], names: readonly string[]): string {
  const all = samples.map(toFigures);
  const [ours = '', ...others] = names;
  const rows = OPERATIONS.map((operation) => {
    const middle = (of: string, read: (figures: Figures) => number) =>
      median(all.filter((one) => one.of === of && one.operation === operation).map(read));
    const seconds = (of: string) => middle(of, (figures) => figures.seconds);
    return [
      operation,
      ...names.map((name) => seconds(name).toFixed(2)),
      ...others.map((name) => (seconds(name) / seconds(ours)).toFixed(1)),
      ...COUNTS.map((count) => middle(ours, (figures) => figures[count])),
    ];
  });
  const head = [
    'operation',
    ...names.map((name) => `${name}, s`),
    ...others.map((name) => `times as fast as ${name}`),
    ...COUNTS,
  ];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** What an operation has asked for, in the middle of its rounds. */
function medianCounts(samples: readonly Sample[], operation: Operation): Counts {
  const counts = samples.filter((one) => one.operation === operation).map(countSample);
  const middle = COUNTS.map((name) => [name, median(counts.map((one) => one[name]))]);
  return Object.fromEntries(middle) as Counts;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, two) => one - two);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
