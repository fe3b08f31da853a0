import { cpSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeAsRoot } from '../../support/clients/as-root.ts';
import { makeScratch, type Scratch } from '../../support/clients/scratch.ts';
import { hold } from '../../support/clients/setup.ts';
import { describeWithTools } from '../../support/tools.ts';
import { BUDGETS, REQUESTS } from './budgets.ts';
import { measureWorld, type Sample } from './measure.ts';
import type { RegionModel } from './model.ts';
import { CLIENTS, OPERATIONS } from './operations.ts';
import { kindOfRequest } from './request-kind.ts';
import { startOrlopWorld, type WorldServer } from './server.ts';
import { countSample } from './summary.ts';
import { isPrimary, tripsOf } from './trips.ts';

/** Every trip takes as long, so that what waits for what is that of the clients. */
const TRIP = 30;
const EVEN: RegionModel = {
  client: 5,
  database: { read: TRIP, write: TRIP },
  replica: { read: TRIP, lag: 0 },
  bucket: { get: TRIP, put: TRIP },
  objects: { first: TRIP, later: TRIP },
  cache: { near: TRIP, upper: TRIP },
};

const FOUND = 'found';
const UNKNOWN = 'unknown';

interface Servers {
  readonly all: readonly WorldServer[];
  readonly scratch: Scratch;
}

async function startServers(): Promise<Servers> {
  const scratch = await makeScratch();
  const start = async (name: string, memory: 'always' | 'never') => {
    cpSync(process.env.ORLOP_TEST_STATE ?? '', scratch.path(name), { recursive: true });
    return await startOrlopWorld(scratch.path(name), { model: EVEN, memory }, name);
  };
  return { all: [await start(FOUND, 'always'), await start(UNKNOWN, 'never')], scratch };
}

async function stopServers({ all, scratch }: Servers): Promise<void> {
  for (const server of all) await server.stop();
  await scratch.remove();
}

describe('sequential trips of clients', () => {
  const servers = hold(startServers, stopServers);

  for (const [name, { tools, needsRoot, start }] of Object.entries(CLIENTS)) {
    const suite = needsRoot ? describeAsRoot : describeWithTools;
    suite(name, tools, () => {
      const samples = hold(
        async () => {
          const { all, scratch } = servers.current;
          const { client, stop } = await start(scratch.dir);
          try {
            return await measureWorld(all, [client], scratch.dir, 1);
          } finally {
            await stop();
          }
        },
        async () => {},
      );
      const countsOf = (operation: string, of: string) => {
        const sample = samples.current.find((one) => one.operation === operation && one.of === of);
        if (!sample) throw new Error(`${operation} was not measured`);
        return countSample(sample);
      };

      const operations = OPERATIONS.filter((operation) => operation.startsWith(`${name} `));
      test.each(operations)('%s: no more than its budget', (operation) => {
        const [found, unknown] = [FOUND, UNKNOWN].map((of) => countsOf(operation, of));
        if (!found || !unknown) throw new Error(`${operation} was not measured`);
        const asked = {
          found: [found.trips, found.primary],
          unknown: [unknown.trips, unknown.primary],
          calls: [found.queries, found.batches],
        };
        expect(asked).toEqual(atMost(BUDGETS[operation], asked));
      });

      test('no request waits for the primary more often than its kind may', () => {
        for (const [place, of] of [FOUND, UNKNOWN].entries()) {
          const most = mostTrips(samples.current.filter((sample) => sample.of === of));
          const allowed = Object.keys(most).map((kind) => [
            kind,
            REQUESTS[kind as keyof typeof REQUESTS][place] ?? 0,
          ]);
          expect(most, of).toEqual(atMost(Object.fromEntries(allowed), most));
        }
      });
    });
  }
});

/** The most trips to the primary that a request of each kind has made. */
function mostTrips(samples: readonly Sample[]): Record<string, number> {
  const most: Record<string, number> = {};
  for (const request of samples.flatMap(({ requests }) => requests)) {
    const kind = kindOfRequest(request);
    most[kind] = Math.max(most[kind] ?? 0, tripsOf(request, isPrimary));
  }
  return most;
}

/** A budget with the numbers that were kept replaced by what was asked: a difference is too much. */
function atMost<T>(budget: T, asked: unknown): T {
  if (typeof budget === 'number') return Math.min(budget, asked as number) as T;
  const parts = Object.entries(budget as object).map(([key, part]) => [
    key,
    atMost(part, (asked as Record<string, unknown>)[key]),
  ]);
  return (Array.isArray(budget) ? parts.map(([, part]) => part) : Object.fromEntries(parts)) as T;
}
