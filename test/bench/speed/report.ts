import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/lib/project.ts';
import { startContainerd } from '../../clients/support/containerd.ts';
import { startDocker } from '../../clients/support/dockerd.ts';
import { findTool } from '../../support/tools.ts';
import { startDevWorker } from '../support/dev-worker.ts';
import { formatTable } from '../table.ts';
import { type Client, ctr, docker, skopeo } from './clients.ts';
import { type Registry, startRegistries } from './registries.ts';
import { type Answered, ask, requestsOf } from './requests.ts';
import { Samples } from './samples.ts';
import {
  bytesOf,
  IMAGES,
  type ImageCase,
  moveImage,
  moveRaw,
  QUICK_IMAGES,
  writeImage,
} from './transfers.ts';

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
export async function reportSpeed(isQuick: boolean): Promise<unknown> {
  const extent = isQuick ? QUICK : FULL;
  const folder = mkdtempSync(join(projectRoot, 'test-output/speed-'));
  const raw = await startDevWorker('test/bench/speed/raw/wrangler.toml', join(folder, 'raw'));
  const registries = await startRegistries(folder);
  const { clients, stop } = await startClients(folder, isQuick);
  const samples = new Samples();
  try {
    for (let round = 0; round < extent.rounds; round++) {
      for (const image of extent.images) {
        const layout = await writeImage(folder, image, round);
        await measureRaw(raw.origin, layout, image, samples);
        await measureMoves(clients, registries, layout, image, round, samples);
        rmSync(layout, { recursive: true });
      }
      for (const registry of registries) await measureRequests(registry, folder, extent, samples);
    }
  } finally {
    await stop();
    for (const server of [raw, ...registries]) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(formatTable(samples.rows()));
  return samples.toJSON();
}

/** skopeo everywhere; ctr and docker where they are installed and the user may run them. */
async function startClients(folder: string, isQuick: boolean) {
  const clients: Client[] = [skopeo(folder)];
  const isRoot = process.getuid?.() === 0;
  const engines: { stop(): Promise<void> }[] = [];
  if (isRoot && !isQuick && findTool('containerd')) {
    const containerd = await startContainerd();
    engines.push(containerd);
    clients.push(ctr(containerd));
  }
  if (isRoot && !isQuick && findTool('dockerd')) {
    const engine = await startDocker();
    engines.push(engine);
    clients.push(docker(engine));
  }
  const stop = async () => {
    for (const engine of engines) await engine.stop();
  };
  return { clients, stop };
}

async function measureRaw(
  origin: string,
  layout: string,
  image: ImageCase,
  samples: Samples,
): Promise<void> {
  const [size = 0] = image.layers;
  const file = largestFile(layout);
  const moved = await moveRaw(origin, file, size, image.layers.length);
  for (const [what, seconds] of Object.entries(moved)) {
    samples.add(`${image.name}, R2 ${what}`, 'raw', 'MB/s', bytesOf(image) / 1e6 / seconds);
  }
}

async function measureMoves(
  clients: readonly Client[],
  registries: readonly Registry[],
  layout: string,
  image: ImageCase,
  round: number,
  samples: Samples,
): Promise<void> {
  for (const client of clients) {
    for (const registry of registries) {
      const repository = `library/${client.name}-${round}-${image.layers.length}`;
      const moved = await moveImage(client, registry, layout, repository);
      const name = `${image.name}, ${client.name}`;
      const speed = (seconds: number) => bytesOf(image) / 1e6 / seconds;
      samples.add(`${name} push`, registry.name, 'MB/s', speed(moved.push));
      samples.add(`${name} pull`, registry.name, 'MB/s', speed(moved.pull));
      samples.add(`${name} push again`, registry.name, 's', moved.again);
    }
  }
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

/** The file of the first layer: no other is as large. */
function largestFile(layout: string): string {
  const folder = join(layout, 'blobs/sha256');
  const files = readdirSync(folder).map((name) => join(folder, name));
  return files.sort((one, two) => statSync(two).size - statSync(one).size)[0] ?? '';
}

function noteAnswers(samples: Samples, name: string, of: string, answered: Answered): void {
  if (answered.failed > 0) throw new Error(`${of}: ${answered.failed} answers of ${name} failed`);
  samples.add(name, of, '/s', answered.perSecond);
  samples.add(`${name} p50`, of, 'ms', answered.p50);
  samples.add(`${name} p99`, of, 'ms', answered.p99);
}
