import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { findDatabase } from '../../../scripts/lib/local-database.ts';
import { projectRoot } from '../../../scripts/lib/project.ts';
import { loadMiniflare } from '../../../scripts/lib/runtime/miniflare.ts';
import { workerSocket } from '../../../scripts/lib/runtime/run-folder.ts';
import { SECRETS } from '../support/dev-worker.ts';
import { bundleWorld } from './bundle.ts';
import { CONTROL_HEADER, type Control, type World } from './model.ts';
import { Replica } from './replica.ts';

/** A Worker in workerd, with bindings that are far away. */
export interface WorldRuntime {
  /** Takes requests to the Worker, with whole URLs. */
  readonly socketPath: string;
  /** Asks the Worker something for the bench. */
  control<T>(what: Control): Promise<T>;
  stop(): Promise<void>;
}

type Wrangler = typeof import('wrangler');

/** Options of a Worker as Miniflare takes them from wrangler. */
type WorkerOptions = (wrangler: Wrangler) => object;

/** The registry of this checkout. @param state has a database with all migrations */
export async function startOrlopRuntime(state: string, world: World): Promise<WorldRuntime> {
  const script = await bundleWorld('orlop', 'src/index.ts');
  const replica = openReplica(state, world);
  const runtime = await startRuntime(state, script, ({ unstable_getMiniflareWorkerOptions }) => {
    const { workerOptions } = unstable_getMiniflareWorkerOptions(
      join(projectRoot, 'wrangler.toml'),
    );
    // Rules find modules, which are given here; clients of the protocol ask for no assets.
    const { modulesRules: _, assets: __, ...worker } = workerOptions as Record<string, unknown>;
    const bindings = { ...(worker.bindings as object), ...SECRETS, WORLD: world };
    const serviceBindings = {
      ...(worker.serviceBindings as object),
      ...(replica ? { REPLICA: replica.serve } : {}),
    };
    const durableObjects = {
      ...(worker.durableObjects as object),
      CACHE_TIERS: { className: 'CacheTier', useSQLite: true },
    };
    return { ...worker, name: 'orlop', bindings, serviceBindings, durableObjects };
  });
  const stop = async () => {
    await runtime.stop();
    replica?.close();
  };
  return { ...runtime, stop };
}

/** A replica that is behind; null if the model has none. */
function openReplica(state: string, { model }: World): Replica | null {
  const { lag } = model.replica;
  const path = findDatabase(state);
  return lag > 0 && path ? new Replica(path, lag) : null;
}

/** Who may push to the rival and pull from it. */
export const RIVAL_LOGIN = { username: 'bench', password: 'password-of-the-bench' };

/** @param checkout of cloudflare/serverless-registry, with its packages */
export async function startRivalRuntime(
  state: string,
  checkout: string,
  world: World,
): Promise<WorldRuntime> {
  const script = await bundleWorld('rival', join(checkout, 'index.ts'));
  const { username: USERNAME, password: PASSWORD } = RIVAL_LOGIN;
  // As its example configuration has it.
  return await startRuntime(state, script, () => ({
    name: 'rival',
    compatibilityDate: '2024-09-09',
    compatibilityFlags: ['nodejs_compat'],
    r2Buckets: { REGISTRY: 'rival' },
    bindings: { USERNAME, PASSWORD, WORLD: world },
  }));
}

async function startRuntime(
  state: string,
  script: string,
  describe: WorkerOptions,
): Promise<WorldRuntime> {
  const sockets = mkdtempSync(join(tmpdir(), 'orlop-'));
  // workerd.sh reads its folder when it starts: two runtimes begin one after the other.
  const { wrangler, miniflare } = await loadMiniflare(sockets);
  const settings = {
    host: '127.0.0.1',
    resourcePersistencePath: join(state, 'v3'),
    resourceTmpPath: sockets,
    cf: false,
    logRequests: false,
    log: new miniflare.Log(miniflare.LogLevel.NONE),
    handleStructuredLogs: ({ level, message }: { level: string; message: string }) => {
      if (level === 'error') console.error(message);
    },
    workers: [
      {
        ...describe(wrangler),
        modules: [{ type: 'ESModule', path: join(sockets, 'index.js'), contents: script }],
        modulesRoot: sockets,
        unsafeDirectSockets: [{ host: `unix:${join(sockets, 'worker')}`, port: 0, proxy: true }],
      },
    ],
  };
  const instance = new miniflare.Miniflare(miniflare.convertV4MiniflareOptions(settings));
  await instance.ready;
  const socketPath = workerSocket(sockets);
  return {
    socketPath,
    control: (what) => control(socketPath, what),
    stop: async () => {
      await instance.dispose();
      rmSync(sockets, { recursive: true, force: true });
    },
  };
}

async function control<T>(socketPath: string, what: Control): Promise<T> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { [CONTROL_HEADER]: what };
    const options = { socketPath, path: 'http://localhost/', headers, agent: false };
    get(options, resolve).once('error', reject);
  });
  return (await json(answer)) as T;
}
