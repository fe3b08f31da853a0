/**
 * `npm run dev`: the registry under `wrangler dev`, for work on it: the Worker is built again when
 * `src/` changes. Wrangler serves pages for developers without a password, so it listens on this
 * machine only, with a state of its own.
 */
import { type DevServer, startDevServer } from './lib/dev-server.ts';
import { Failure, runMain } from './lib/failure.ts';
import { greet } from './lib/greeting.ts';
import { fetchProbe, waitUntilHealthy } from './lib/health.ts';
import { claimPort } from './lib/network.ts';
import { type DevOptions, devUsage, parseDevOptions } from './lib/options.ts';
import { prepareLocally } from './lib/prepare.ts';
import { lockState } from './lib/state.ts';
import { onStopSignal } from './lib/stop-signal.ts';

const host = '127.0.0.1';

await runMain(async () => {
  const options = parseDevOptions(process.argv.slice(2));
  if (options.help) {
    console.log(devUsage);
    return 0;
  }
  return serve(options);
});

async function serve(options: DevOptions): Promise<number> {
  await using cleanup = new AsyncDisposableStack();
  const { state } = options;
  const port = await claimPort(host, options.port);
  const lock = lockState(state);
  cleanup.defer(() => lock.release());
  const vars = await prepareLocally(state);

  const server = startDevServer({ ...options, host, port, vars });
  cleanup.defer(() => endServer(server));
  const stopped = onStopSignal();
  stopped.addEventListener('abort', () => server.stop());
  await waitUntilReady(server, `http://${host}:${port}`, stopped);
  if (!stopped.aborted) await greet({ scheme: 'http', host, port, state, vars });
  const status = await server.exited;
  return stopped.aborted ? 0 : status;
}

async function endServer(server: DevServer): Promise<void> {
  server.stop();
  await server.exited;
}

async function waitUntilReady(server: DevServer, origin: string, stopped: AbortSignal) {
  const over = new AbortController();
  const died = server.exited.then((status) => {
    over.abort();
    if (stopped.aborted) return;
    throw new Failure(`wrangler dev ended (status ${status}) before the server was ready`);
  });
  await Promise.race([waitUntilHealthy(fetchProbe(`${origin}/healthz`), over.signal), died]);
  died.catch(() => {});
}
