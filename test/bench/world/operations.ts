import { rmSync } from 'node:fs';
import { startContainerd } from '../../support/clients/containerd.ts';
import { startDocker } from '../../support/clients/dockerd.ts';
import type { Tool } from '../../support/tools.ts';
import { type Client, ctr, docker, skopeo, type Target } from '../speed/clients.ts';
import { type ImageCase, writeImage } from '../speed/transfers.ts';

/** What is pushed and pulled: small, so that the times are those of the trips. */
const IMAGE: ImageCase = { name: '10 x 100 kB', layers: Array(10).fill(100_000) };

/** The work of a client that is measured. Its place is that in a table. */
export const OPERATIONS = [
  'ctr push, new image',
  'ctr push, nothing new',
  'ctr pull, first anywhere',
  'ctr pull, cold',
  'ctr pull, again',
  'docker push, new image',
  'docker push, known repository',
  'docker push, nothing new',
  'docker pull, first anywhere',
  'docker pull, cold',
  'docker pull, again',
  'skopeo push, new image',
  'skopeo push, nothing new',
  'skopeo pull, first anywhere',
  'skopeo pull, cold',
  'skopeo pull, again',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/**
 * What an operation meets: what the one before it has left; isolates that remember nothing; or a data
 * center that no request has been to, whose cache is empty while the tier above it is not.
 */
type Start = 'warm' | 'forgotten' | 'elsewhere';

/** Does an operation while it is measured. */
export type Measure = (
  operation: Operation,
  start: Start,
  work: () => Promise<void>,
) => Promise<void>;

/** A client, with a daemon of its own where it needs one. */
export interface StartedClient {
  readonly client: Client;
  stop(): Promise<void>;
}

interface StartableClient {
  readonly tools: readonly Tool[];
  readonly needsRoot: boolean;
  /** @param folder for what the client writes */
  start(folder: string): Promise<StartedClient>;
}

/** The clients, in the order of their operations. */
export const CLIENTS: Readonly<Record<Client['name'], StartableClient>> = {
  ctr: {
    tools: ['containerd', 'ctr', 'tar'],
    needsRoot: true,
    async start() {
      const containerd = await startContainerd();
      return { client: ctr(containerd), stop: () => containerd.stop() };
    },
  },
  docker: {
    // skopeo writes the archives that docker loads.
    tools: ['docker', 'dockerd', 'skopeo'],
    needsRoot: true,
    async start() {
      const engine = await startDocker();
      return { client: docker(engine), stop: () => engine.stop() };
    },
  },
  skopeo: {
    tools: ['skopeo'],
    needsRoot: false,
    start: async (folder) => ({ client: skopeo(folder), stop: async () => {} }),
  },
};

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
  const step = (move: 'push' | 'pull', what: string, start: Start = 'warm') =>
    measure(`${client.name} ${move}, ${what}` as Operation, start, () =>
      client[move](target, repository),
    );
  const prepare = async (number: number) => {
    const layout = await writeImage(folder, IMAGE, number);
    await client.prepare(layout, target, repository);
  };
  await prepare(seed);
  await step('push', 'new image', 'forgotten');
  if (client.name === 'docker') {
    await prepare(seed + 1);
    await step('push', 'known repository');
  }
  await step('push', 'nothing new');
  await client.forget(target, repository);
  await step('pull', 'first anywhere', 'forgotten');
  await client.forget(target, repository);
  await step('pull', 'cold', 'elsewhere');
  await client.forget(target, repository);
  await step('pull', 'again');
  await client.forget(target, repository);
  rmSync(folder, { recursive: true });
}
