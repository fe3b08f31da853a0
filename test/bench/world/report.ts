import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../support/folder.ts';
import { measureWorld, type Sample } from './measure.ts';
import { type Memory, SYDNEY } from './model.ts';
import { OPERATIONS, startClients } from './operations.ts';
import { startOrlopWorld, startRivalWorld } from './server.ts';
import { describeTrace } from './trace-text.ts';
import { type CallKind, isAny, isPrimary, tripsOfAll } from './trips.ts';

/** What is measured, and how. */
export interface WorldChoice {
  readonly rounds: number;
  readonly memory: Memory;
  /** A checkout of cloudflare/serverless-registry, with its packages; null: none. */
  readonly rival: string | null;
  /** Prints the requests of the last round, with what they asked of the platform. */
  readonly trace: boolean;
}

/** Measures what clients far from the database wait for, and prints it as a table in Markdown. */
export async function reportWorld(choice: WorldChoice): Promise<unknown> {
  const { rounds, memory, rival, trace } = choice;
  const model = SYDNEY;
  const folder = makeFolder();
  const servers = [await startOrlopWorld(join(folder, 'orlop'), { model, memory })];
  if (rival) servers.push(await startRivalWorld(folder, rival, { model, memory }));
  const clients = await startClients(folder);
  let samples: Sample[];
  try {
    samples = await measureWorld(servers, clients, folder, rounds);
  } finally {
    await clients.stop();
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  if (trace)
    for (const sample of samples.slice(-samples.length / rounds))
      console.log(describeTrace(sample));
  console.log(
    describeTable(
      samples,
      servers.map(({ name }) => name),
    ),
  );
  return samples.map(summarize);
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, two) => one - two)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

const KINDS: Readonly<Record<string, readonly CallKind[]>> = {
  queries: ['read', 'write'],
  batches: ['batch'],
  'at a replica': ['replica'],
  'R2 reads': ['get'],
  'R2 writes': ['put'],
  'objects, first': ['first'],
  'objects, later': ['object'],
  cache: ['cache'],
};

/** What an operation asked of the platform, with what its answers did not wait for. */
function countCalls({ requests }: Pick<Sample, 'requests'>): Record<string, number> {
  const calls = requests.flatMap((request) => request.calls);
  return Object.fromEntries(
    Object.entries(KINDS).map(([name, kinds]) => [
      name,
      calls.filter(({ kind }) => kinds.includes(kind)).length,
    ]),
  );
}

function summarize(sample: Sample) {
  const { operation, of, seconds, requests } = sample;
  return {
    ...{ operation, of, seconds, requests: requests.length },
    trips: tripsOfAll(requests, isAny),
    primary: tripsOfAll(requests, isPrimary),
    ...countCalls(sample),
  };
}

function describeTable(samples: readonly Sample[], names: readonly string[]): string {
  const all = samples.map(summarize);
  const [ours = '', ...others] = names;
  const kinds = Object.keys(KINDS).filter((kind) => kind !== 'cache');
  const heads = ['operation', ...names.map((name) => `${name}, s`)];
  const columns = ['requests', 'trips', 'primary', ...kinds];
  const rows = OPERATIONS.map((operation) => {
    const middle = (of: string, key: string) =>
      median(
        all
          .filter((one) => one.of === of && one.operation === operation)
          .map((one) => one[key as 'trips']),
      );
    const seconds = names.map((name) => middle(name, 'seconds').toFixed(2));
    const ratios = others.map((name) =>
      (middle(name, 'seconds') / middle(ours, 'seconds')).toFixed(1),
    );
    return [operation, ...seconds, ...ratios, ...columns.map((key) => middle(ours, key))];
  });
  const head = [...heads, ...others.map((name) => `/ ${name}`), ...columns];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
