import { join } from 'node:path';
import type { Client } from '../speed/clients.ts';
import { CLIENTS, type Measure, type Operation, runOperations } from './operations.ts';
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

/** Runs all operations of the clients against each registry in turn, for a number of rounds. */
export async function measureWorld(
  servers: readonly WorldServer[],
  clients: readonly Client[],
  folder: string,
  rounds: number,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const client of clients) {
      for (const [n, target] of servers.entries()) {
        // No registry is sent what a client remembers to have sent to another one.
        const place = (round * servers.length + n) * NAMES.length + NAMES.indexOf(client.name);
        const measure = measureBy(target, (sample) => samples.push(sample));
        await runOperations(
          client,
          { target, folder: join(folder, 'images'), seed: 2 * place },
          measure,
        );
      }
    }
  }
  return samples;
}

const NAMES = Object.keys(CLIENTS);

function measureBy(server: WorldServer, add: (sample: Sample) => void): Measure {
  return async (operation, start, work) => {
    if (start === 'forgotten') await server.forget();
    if (start === 'elsewhere') await server.move();
    // What has prepared the client is no part of it.
    await server.takeRequests();
    const begun = performance.now();
    await work();
    const seconds = (performance.now() - begun) / 1000;
    add({ operation, of: server.name, seconds, requests: await server.takeRequests() });
  };
}
