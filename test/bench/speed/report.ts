import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startContainerd } from '../../support/clients/containerd.ts';
import { startDocker } from '../../support/clients/dockerd.ts';
import { findTool } from '../../support/tools.ts';
import { startDevWorker } from '../support/dev-worker.ts';
import { makeFolder } from '../support/folder.ts';
import { formatTable } from '../table.ts';
import { type Client, ctr, docker, skopeo } from './clients.ts';
import { PUSHES, pushImages } from './pushes.ts';
import { type Registry, startRegistries, startRivals } from './registries.ts';
import { type Answered, ask, requestsOf } from './requests.ts';
import { Samples } from './samples.ts';
import { rawStore, repositoryStore, verifyingStore } from './stores.ts';
import {
  bytesOf,
  IMAGES,
  type ImageCase,
  MOVES,
  moveBytes,
  moveImage,
  QUICK_IMAGES,
  writeBytes,
  writeImage,
} from './transfers.ts';

/** What can be measured by itself. */
export const SPEEDS = ['bytes', 'clients', 'requests', 'pushes'] as const;
type Speed = (typeof SPEEDS)[number];

/** What is asked for; null: as much as there is. */
export interface SpeedChoice {
  readonly quick: boolean;
  readonly rounds: number | null;
  readonly only: Speed | null;
  /** A checkout of cloudflare/serverless-registry, to measure beside nothing else. */
  readonly rival: string | null;
}

/** How much is measured. */
interface Extent {
  readonly rounds: number;
  readonly images: readonly ImageCase[];
  readonly connections: readonly number[];
  /** Of each kind of small request. */
  readonly seconds: number;
}

const FULL: Extent = { rounds: 5, images: IMAGES, connections: [1, 16, 64], seconds: 5 };
const QUICK: Extent = { rounds: 1, images: QUICK_IMAGES, connections: [1, 64], seconds: 1 };

/**
 * Measures the registry beside the platform's ceiling and the other registries, in turn within
 * each round, so that what disturbs the machine disturbs them all.
 */
export async function reportSpeed({ quick, rounds, only, rival }: SpeedChoice): Promise<unknown> {
  const whole = quick ? QUICK : FULL;
  const extent = { ...whole, rounds: rounds ?? whole.rounds };
  const wants = (speed: Speed) => only === null || only === speed;
  const folder = makeFolder();
  const raw = await startDevWorker('test/bench/speed/raw/wrangler.toml', join(folder, 'raw'));
  const registries = await (rival ? startRivals(folder, rival) : startRegistries(folder));
  const { clients, stop } = await startClients(folder, !quick && wants('clients'));
  const samples = new Samples();
  try {
    for (let round = 0; round < extent.rounds; round++) {
      for (const image of extent.images) {
        if (wants('bytes')) {
          await measureBytes(raw.origin, registries, folder, image, round, samples);
        }
        if (wants('clients')) {
          await measureMoves(clients, registries, folder, image, round, samples);
        }
      }
      for (const registry of inTurn(registries, round)) {
        if (wants('requests')) await measureRequests(registry, folder, extent, samples);
        if (wants('pushes')) await measurePushes(registry, round, samples);
      }
    }
  } finally {
    await stop();
    for (const server of [raw, ...registries]) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(formatTable(samples.rows()));
  return samples.toJSON();
}

/** skopeo always; ctr and docker where they are wanted, installed, and the user may run them. */
async function startClients(folder: string, withEngines: boolean) {
  const clients: Client[] = [skopeo(folder)];
  const canStart = withEngines && process.getuid?.() === 0;
  const engines: { stop(): Promise<void> }[] = [];
  if (canStart && findTool('containerd')) {
    const containerd = await startContainerd();
    engines.push(containerd);
    clients.push(ctr(containerd));
  }
  if (canStart && findTool('dockerd')) {
    const engine = await startDocker();
    engines.push(engine);
    clients.push(docker(engine));
  }
  const stop = async () => {
    for (const engine of engines) await engine.stop();
  };
  return { clients, stop };
}

/** Bytes alone, which shows the registry without a client's work. */
async function measureBytes(
  origin: string,
  registries: readonly Registry[],
  folder: string,
  image: ImageCase,
  round: number,
  samples: Samples,
): Promise<void> {
  const written = join(folder, 'bytes');
  const files = await writeBytes(written, image, round);
  const repository = `library/bytes-${round}-${image.layers.length}`;
  const stores = registries.map((registry) => repositoryStore(registry, repository));
  const all = [rawStore(origin), ...(await Promise.all(stores))];
  for (const move of MOVES) {
    const isSentWhole = move.way === 'send' && move.lane === 'put';
    const movers = isSentWhole ? [...all, verifyingStore(origin)] : all;
    for (const store of inTurn(movers, round)) {
      const seconds = await moveBytes(store, move, files);
      const name = `${image.name}, ${move.name}`;
      samples.add(name, store.name, 'MB/s', bytesOf(image) / 1e6 / seconds);
    }
  }
  rmSync(written, { recursive: true });
}

/** Another one comes first in each round: to be first, or behind a certain one, may help. */
function inTurn<T>(all: readonly T[], round: number): T[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

async function measureMoves(
  clients: readonly Client[],
  registries: readonly Registry[],
  folder: string,
  image: ImageCase,
  round: number,
  samples: Samples,
): Promise<void> {
  const layout = await writeImage(folder, image, round);
  for (const client of clients) {
    for (const registry of inTurn(registries, round)) {
      const repository = `library/${client.name}-${round}-${image.layers.length}`;
      const moved = await moveImage(client, registry, layout, repository);
      const name = `${image.name}, ${client.name}`;
      const speed = (seconds: number) => bytesOf(image) / 1e6 / seconds;
      samples.add(`${name} push`, registry.name, 'MB/s', speed(moved.push));
      samples.add(`${name} pull`, registry.name, 'MB/s', speed(moved.pull));
      samples.add(`${name} push again`, registry.name, 's', moved.again);
    }
  }
  rmSync(layout, { recursive: true });
}

async function measureRequests(
  registry: Registry,
  folder: string,
  { connections, seconds }: Extent,
  samples: Samples,
): Promise<void> {
  if (!findTool('wrk')) return;
  const image = { name: 'small', layers: [1_000_000] };
  const layout = await writeImage(folder, image, 0);
  const repository = 'library/small';
  await moveImage(skopeo(folder), registry, layout, repository);
  rmSync(layout, { recursive: true });
  for (const one of await requestsOf(registry, repository)) {
    for (const count of connections) {
      const answered = await ask(registry, one, count, seconds, folder);
      noteAnswers(samples, `${one.name}, ${count}`, registry.name, answered);
    }
  }
}

async function measurePushes(registry: Registry, round: number, samples: Samples): Promise<void> {
  for (const push of PUSHES) {
    samples.add(push.name, registry.name, '/s', await pushImages(registry, push, round));
  }
}

function noteAnswers(samples: Samples, name: string, of: string, answered: Answered): void {
  if (answered.failed > 0) throw new Error(`${of}: ${answered.failed} answers of ${name} failed`);
  samples.add(name, of, '/s', answered.perSecond);
  samples.add(`${name} p50`, of, 'ms', answered.p50);
  samples.add(`${name} p99`, of, 'ms', answered.p99);
}
