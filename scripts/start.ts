/** `npm start`: the whole registry on this machine, with its state on disk. */
import { join } from 'node:path';
import { deriveProjectCredential } from '../src/domain/project-credential.ts';
import { buildConsole } from './lib/console.ts';
import { type DevServer, startDevServer } from './lib/dev-server.ts';
import { checkSecrets, loadDevVars } from './lib/dev-vars.ts';
import { Failure, runMain } from './lib/failure.ts';
import { formatGreeting } from './lib/greeting.ts';
import { waitUntilHealthy } from './lib/health.ts';
import { hasAdminPassword, migrateLocally, readCredentialVersion } from './lib/local-database.ts';
import { addressForClients, claimPort } from './lib/network.ts';
import { parseOptions, type StartOptions, usage } from './lib/options.ts';
import { projectRoot } from './lib/project.ts';
import { runSchedule } from './lib/schedule.ts';
import { lockState } from './lib/state.ts';

/** The project of the first data (migrations/0002_first_data.sql). */
const firstProject = 1;

await runMain(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  return serve(options);
});

async function serve(options: StartOptions): Promise<number> {
  const port = await claimPort(options.host, options.port);
  const lock = lockState(options.state);
  const vars = loadDevVars(join(projectRoot, '.dev.vars'));
  if (process.env.ADMIN_PASSWORD) vars.ADMIN_PASSWORD = process.env.ADMIN_PASSWORD;
  checkSecrets(vars);
  await migrateLocally(options.state);
  await buildConsole();

  const server = startDevServer({ ...options, port, vars });
  const signalled = stopOnSignal(server);
  const address = addressForClients(options.host, port);
  try {
    await waitUntilReady(server, `http://${address}`, signalled);
    if (!signalled.aborted) {
      runSchedule(`http://${address}`);
      const version = readCredentialVersion(options.state, firstProject);
      const credential = await deriveProjectCredential(vars.CREDENTIAL_KEY, firstProject, version);
      const adminPassword = hasAdminPassword(options.state)
        ? '(the one you have set)'
        : vars.ADMIN_PASSWORD;
      console.log(formatGreeting({ address, state: options.state, adminPassword, credential }));
    }
    const status = await server.exited;
    return signalled.aborted ? 0 : status;
  } finally {
    server.stop();
    await server.exited;
    lock.release();
  }
}

/** Stops the server when this process is told to end; the returned signal is aborted then. */
function stopOnSignal(server: DevServer): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
    server.stop();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  // The server ends with a parent that opened a channel, as tests do.
  process.on('disconnect', stop);
  process.channel?.unref();
  // npm signals the shell between it and this process, which ends without passing it on.
  const parent = process.ppid;
  const check = () => process.ppid !== parent && !controller.signal.aborted && stop();
  if (process.env.npm_lifecycle_event === 'start') setInterval(check, 500).unref();
  return controller.signal;
}

async function waitUntilReady(server: DevServer, origin: string, signalled: AbortSignal) {
  const over = new AbortController();
  const died = server.exited.then((status) => {
    over.abort();
    if (signalled.aborted) return;
    throw new Failure(`wrangler dev ended (status ${status}) before the server was ready`);
  });
  await Promise.race([waitUntilHealthy(origin, over.signal), died]);
  died.catch(() => {});
}
