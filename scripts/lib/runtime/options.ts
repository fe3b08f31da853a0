import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describeError, Failure } from '../failure.ts';
import { outboundService } from '../outbound.ts';
import { projectRoot } from '../project.ts';
import type { StateDisk } from '../storage/disk.ts';
import type { WorkerModule } from '../worker.ts';
import type { ToSimulator } from './messages.ts';

type Wrangler = typeof import('wrangler');

/** What is changed of wrangler's options. Its types need those of its own Miniflare. */
interface WorkerOptions {
  readonly modulesRules?: unknown;
  readonly bindings: object;
  readonly serviceBindings?: object;
  readonly assets: { readonly directory: string };
}

/** The options of Miniflare for the Worker of wrangler.toml. */
export function describeWorker(
  { unstable_getMiniflareWorkerOptions }: Wrangler,
  { state, folder, sockets, vars, outbound, verbose }: ToSimulator,
  modules: readonly WorkerModule[],
  disk: StateDisk,
): object {
  const config = join(projectRoot, 'wrangler.toml');
  const { workerOptions, externalWorkers } = unstable_getMiniflareWorkerOptions(config);
  // Rules are for finding modules, which are given here.
  const { modulesRules: _, ...worker } = workerOptions as object as WorkerOptions;
  return {
    host: '127.0.0.1',
    resourcePersistencePath: join(state, 'v3'),
    resourceTmpPath: folder,
    // An example of request.cf would come from the internet, and nothing here uses it.
    cf: false,
    logRequests: false,
    unsafeTriggerHandlers: true,
    handleStructuredLogs: ({ level, message }: { level: string; message: string }) => {
      disk.readMessage(message);
      if (level === 'error') console.error(message);
      else if (verbose) console.log(message);
    },
    workers: [
      {
        ...worker,
        name: 'orlop',
        modules: modules.map(({ path, text }) => ({ type: 'ESModule', path, contents: text })),
        modulesRoot: projectRoot,
        bindings: {
          ...worker.bindings,
          ...vars,
          OPENED_NETWORKS: outbound.opened ? 'yes' : 'no',
        },
        serviceBindings: {
          ...worker.serviceBindings,
          DISK: () => Response.json(disk.describe()),
          OUTBOUND: outboundService(outbound),
        },
        assets: { ...worker.assets, directory: copyConsole(worker.assets.directory, folder) },
        unsafeDirectSockets: [{ host: `unix:${join(sockets, 'worker')}`, port: 0, proxy: true }],
      },
      ...externalWorkers,
    ],
  };
}

/** What is served stays as it is when the console is built again for another server. */
function copyConsole(directory: string, folder: string): string {
  const copy = join(folder, 'console');
  try {
    // With the rights of this process, not those of the files.
    execFileSync('cp', ['-R', directory, copy], { stdio: 'pipe' });
    return copy;
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    throw new Failure(`the console cannot be copied: ${describeError(String(stderr ?? error))}`);
  }
}
