import { rmSync } from 'node:fs';
import { startContainerd } from '../../support/clients/containerd.ts';
import { startDocker } from '../../support/clients/dockerd.ts';
import { type Client, ctr, docker, skopeo, type Target } from '../speed/clients.ts';
import { type ImageCase, writeImage } from '../speed/transfers.ts';

/** What is pushed and pulled: small, so that the times are those of the trips. */
const IMAGE: ImageCase = { name: '10 x 100 kB', layers: Array(10).fill(100_000) };

/** The work of a client that is measured. Its place is that in a table. */
export const OPERATIONS = [
  'ctr push, new image',
  'ctr push, nothing new',
  'ctr pull, cold',
  'ctr pull, again',
  'docker push, new image',
  'docker push, known repository',
  'docker push, nothing new',
  'docker pull, cold',
  'docker pull, again',
  'skopeo push, new image',
  'skopeo push, nothing new',
  'skopeo pull, cold',
  'skopeo pull, again',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/**
 * Does an operation while it is measured.
 * @param isCold whether the registry is to remember nothing at its beginning
 */
export type Measure = (
  operation: Operation,
  isCold: boolean,
  work: () => Promise<void>,
) => Promise<void>;

/** The clients, each with a daemon of its own where it needs one. */
export interface Clients {
  readonly all: readonly Client[];
  stop(): Promise<void>;
}

/** Starts docker, containerd and skopeo; needs root. @param folder for what skopeo writes */
export async function startClients(folder: string): Promise<Clients> {
  const containerd = await startContainerd();
  const engine = await startDocker();
  return {
    all: [ctr(containerd), docker(engine), skopeo(folder)],
    stop: async () => {
      await engine.stop();
      await containerd.stop();
    },
  };
}

/** Where a client pushes to and pulls from. */
export interface Place {
  readonly target: Target;
  /** For what is pushed; it is removed. */
  readonly folder: string;
  /** Makes the content: it is new where no other call has had the number, or the one after it. */
  readonly seed: number;
}

/** Pushes an image, what is new of another one, and the same again, and pulls it. */
export async function runOperations(
  client: Client,
  { target, folder, seed }: Place,
  measure: Measure,
): Promise<void> {
  const repository = `library/world-${seed}`;
  const step = (move: 'push' | 'pull', what: string, isCold = false) =>
    measure(`${client.name} ${move}, ${what}` as Operation, isCold, () =>
      client[move](target, repository),
    );
  const prepare = async (number: number) => {
    const layout = await writeImage(folder, IMAGE, number);
    await client.prepare(layout, target, repository);
  };
  await prepare(seed);
  await step('push', 'new image', true);
  if (client.name === 'docker') {
    await prepare(seed + 1);
    await step('push', 'known repository');
  }
  await step('push', 'nothing new');
  await client.forget(target, repository);
  await step('pull', 'cold', true);
  await client.forget(target, repository);
  await step('pull', 'again');
  await client.forget(target, repository);
  rmSync(folder, { recursive: true });
}
