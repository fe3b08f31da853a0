/** `npm start`: the whole registry on this machine, with its state on disk. */
import { runMain } from './lib/failure.ts';
import { Front } from './lib/front/front.ts';
import { greet } from './lib/greeting.ts';
import { waitUntilHealthy } from './lib/health.ts';
import { claimPort } from './lib/network.ts';
import { parseStartOptions, type StartOptions, startUsage } from './lib/options.ts';
import { prepareLocally } from './lib/prepare.ts';
import { makeRunFolder } from './lib/runtime/run-folder.ts';
import { probeWorker, type Runtime, startRuntime } from './lib/runtime/runtime.ts';
import { runSchedule, sweepOnMessage } from './lib/runtime/schedule.ts';
import { lockState } from './lib/state.ts';
import { onStopSignal } from './lib/stop-signal.ts';
import { openStorage } from './lib/storage/open-storage.ts';

await runMain(async () => {
  const options = parseStartOptions(process.argv.slice(2));
  if (options.help) {
    console.log(startUsage);
    return 0;
  }
  return serve(options);
});

async function serve(options: StartOptions): Promise<number> {
  await using cleanup = new AsyncDisposableStack();
  const { state } = options;
  const port = await claimPort(options.host, options.port);
  const lock = lockState(state);
  cleanup.defer(() => lock.release());
  const front = new Front({ ...options, port });
  cleanup.defer(() => front.close());
  await front.listen();
  const vars = await prepareLocally(state);

  const points = await openStorage(state);
  // After workerd, which writes until it ends.
  cleanup.defer(() => points.end());

  console.log('Starting the registry …');
  const run = makeRunFolder(state);
  cleanup.defer(() => run.remove());
  const runtime = await startRuntime({ ...options, run, vars });
  cleanup.defer(() => runtime.stop());
  const stopped = onStopSignal();
  await waitUntilHealthy(() => probeWorker(runtime, '/healthz'), stopped);
  if (stopped.aborted) return 0;

  front.open(runtime.socketPath);
  runSchedule(runtime);
  sweepOnMessage(runtime);
  const scheme = options.tls ? 'https' : 'http';
  await greet({ scheme, host: options.host, port, state, vars });
  await untilOver(runtime, stopped);
  // Before workerd, so that requests under way can end.
  await front.close();
  return 0;
}

/** Waits until this process is asked to stop. @throws Failure when workerd has ended for good */
async function untilOver(runtime: Runtime, stopped: AbortSignal): Promise<void> {
  if (stopped.aborted) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stopped.addEventListener('abort', () => resolve());
  runtime.failed.then(reject);
  await promise;
}
