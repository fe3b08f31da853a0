import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claimPort } from '../../../scripts/lib/network.ts';
import { projectRoot, quietWrangler, wranglerPath } from '../../../scripts/lib/project.ts';
import { listProcesses, signal, waitFor } from '../../support/processes.ts';

/** A Worker under `wrangler dev`, on this machine only. */
export interface DevWorker {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Port of its inspector, on this machine only. */
  readonly inspectorPort: number;
  stop(): Promise<void>;
}

/** The secrets that the registry runs with here. */
export const SECRETS = {
  TOKEN_KEY: 'token-key-of-the-bench-00000000000000000000',
  CREDENTIAL_KEY: 'credential-key-of-the-bench-000000000000000',
  ADMIN_PASSWORD: 'admin-password-of-the-bench',
} as const;

/**
 * Starts a Worker and waits until it answers.
 * @param config its configuration file, from the checkout
 * @param state where its storage is kept
 * @param more options of `wrangler dev`
 */
export async function startDevWorker(
  config: string,
  state: string,
  more: readonly string[] = [],
): Promise<DevWorker> {
  const port = await claimPort('127.0.0.1', 0);
  const inspectorPort = await claimPort('127.0.0.1', 0);
  const args = [
    ['dev', '--config', config, '--local', '--ip', '127.0.0.1', '--port', String(port)],
    ['--persist-to', state, '--show-interactive-dev-session=false'],
    ['--inspector-ip', '127.0.0.1', '--inspector-port', String(inspectorPort)],
    ['--log-level', 'error', '--env-file', devNull],
    more,
  ].flat();
  const child = spawn(process.execPath, [wranglerPath, ...args], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...SECRETS, ...quietWrangler, ...devEnvironment(state) },
  });
  const group = child.pid ?? 0;
  const inGroup = () => listProcesses().filter((one) => one.group === group);
  const stop = async () => {
    for (const { pid } of inGroup()) signal(pid, 'SIGKILL');
    await waitFor('wrangler has ended', () => inGroup().length === 0);
  };
  const origin = `http://127.0.0.1:${port}`;
  process.once('exit', () => signal(-group, 'SIGKILL'));
  await answers(origin);
  return { origin, inspectorPort, stop };
}

/** As `npm run dev` runs it. */
function devEnvironment(state: string): Record<string, string> {
  return {
    WRANGLER_CI_DISABLE_CONFIG_WATCHING: 'true',
    WRANGLER_REGISTRY_PATH: join(state, 'registry'),
    X_LOCAL_EXPLORER: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  };
}

async function answers(origin: string): Promise<void> {
  const deadline = Date.now() + START_LIMIT;
  for (;;) {
    try {
      return void (await fetch(origin));
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`no answer from ${origin}`, { cause: error });
      await delay(100);
    }
  }
}

/** How long a start may take, ms. */
const START_LIMIT = 180_000;

/** Bytes of memory that a process holds now. */
export function readResident(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}
