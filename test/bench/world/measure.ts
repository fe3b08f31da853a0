import { join } from 'node:path';
import { type Clients, type Measure, type Operation, runOperations } from './operations.ts';
import type { WorldServer } from './server.ts';
import type { TracedRequest } from './trips.ts';

/** An operation as it went once. */
export interface Sample {
  readonly operation: Operation;
  /** Of the registry. */
  readonly of: string;
  readonly seconds: number;
  readonly requests: readonly TracedRequest[];
}

/** Has all clients work with each of the registries in turn, in so many rounds. */
export async function measureWorld(
  servers: readonly WorldServer[],
  { all }: Clients,
  folder: string,
  rounds: number,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [n, client] of all.entries()) {
      for (const server of servers) {
        const measure = measureBy(server, (sample) => samples.push(sample));
        const seed = 2 * (round * all.length + n);
        await runOperations(
          client,
          { target: server, folder: join(folder, 'images'), seed },
          measure,
        );
      }
    }
  }
  return samples;
}

function measureBy(server: WorldServer, add: (sample: Sample) => void): Measure {
  return async (operation, isCold, work) => {
    if (isCold) await server.forget();
    // What has prepared the client is no part of it.
    await server.takeRequests();
    const begun = performance.now();
    await work();
    const seconds = (performance.now() - begun) / 1000;
    add({ operation, of: server.name, seconds, requests: await server.takeRequests() });
  };
}
