import { type ChildProcess, spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { join } from 'node:path';
import type { DevVars } from './dev-vars.ts';
import { projectRoot, quietWrangler, wranglerPath } from './project.ts';
import { guardGroup } from './runtime/guard.ts';

/** A running `wrangler dev`. */
export interface DevServer {
  /** Settles with its exit status once all of its processes have ended. */
  readonly exited: Promise<number>;
  /** Asks it to end, and kills it when it does not. */
  stop(): void;
}

/** Options of `wrangler dev`. */
export interface DevServerOptions {
  readonly host: string;
  readonly port: number;
  readonly state: string;
  readonly verbose: boolean;
  readonly vars: DevVars;
}

const stopTimeout = 5_000;

/** Starts `wrangler dev` in a process group of its own, so that all of it can be ended at once. */
export function startDevServer(options: DevServerOptions): DevServer {
  const child = spawn(process.execPath, [wranglerPath, ...devArguments(options)], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...options.vars, ...devEnvironment(options.state) },
  });
  guardGroup(child);
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => {
      killGroup(child);
      resolve(code ?? 1);
    });
  });
  return { exited, stop: () => stop(child) };
}

function devArguments({ host, port, state, verbose }: DevServerOptions): string[] {
  return [
    ['dev', '--local', '--ip', host, '--port', String(port), '--persist-to', state],
    ['--inspector-port', '0', '--show-interactive-dev-session=false'],
    ['--log-level', verbose ? 'log' : 'error'],
    // With a file named here wrangler leaves .dev.vars alone and takes the secrets from its
    // environment, where this run's ADMIN_PASSWORD may differ from the file's.
    ['--env-file', devNull],
  ].flat();
}

function devEnvironment(state: string): Record<string, string> {
  return {
    ...quietWrangler,
    // Changed configuration would restart the Worker under the uploads in flight.
    WRANGLER_CI_DISABLE_CONFIG_WATCHING: 'true',
    // Servers do not find each other's Durable Objects.
    WRANGLER_REGISTRY_PATH: join(state, 'registry'),
    // Wrangler's page for looking into R2 and D1 has no password, and its traces cost time.
    X_LOCAL_EXPLORER: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
    // Nothing here uses request.cf, and fetching an example of it needs the internet.
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  };
}

function stop(child: ChildProcess): void {
  child.kill('SIGTERM');
  setTimeout(() => killGroup(child), stopTimeout).unref();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has ended already.
  }
}
