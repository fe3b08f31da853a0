import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claimPort } from '../../../scripts/lib/network.ts';
import { projectRoot } from '../../../scripts/lib/project.ts';
import { requireWrangler } from '../../../scripts/lib/wrangler.ts';
import { deriveProjectCredential } from '../../../src/domain/project-credential.ts';
import { signal } from '../../support/processes.ts';
import { startServer } from '../../support/server.ts';
import { findTool } from '../../support/tools.ts';
import { type DevWorker, readResident, SECRETS, startDevWorker } from '../support/dev-worker.ts';
import { findOlareg } from './olareg.ts';

/** A registry that is measured, running on a free port of this machine. */
export interface Registry {
  readonly name: 'orlop' | 'wrangler dev' | 'distribution' | 'olareg' | 'serverless-registry';
  readonly origin: string;
  /** What to sign in with; null: it asks nobody. */
  readonly login: { readonly username: string; readonly password: string } | null;
  /** Whether the login goes with each request, because it gives no tokens. */
  readonly takesLogin?: true;
  stop(): Promise<void>;
}

/**
 * Starts Orlop, as `npm start` and as `npm run dev` run it, and those of the others that are
 * installed, with their storage in a folder.
 */
export async function startRegistries(folder: string): Promise<Registry[]> {
  const others = [startDistribution(folder), startOlareg(folder)];
  const found = await Promise.all([startOrlop(folder), startOrlopDev(folder), ...others]);
  return found.filter((registry) => registry !== null);
}

/**
 * Starts Orlop and a checkout of cloudflare/serverless-registry with its packages, both under
 * `wrangler dev`. It is configured as its example for developers says, of which `env` has the login.
 */
export async function startRivals(folder: string, checkout: string): Promise<Registry[]> {
  const orlop = await startOrlopDev(folder);
  const config = resolve(checkout, 'wrangler.example.toml');
  const rival = await startDevWorker(config, join(folder, 'rival'), ['--env', 'dev']);
  const login = { username: 'hello', password: 'world' };
  return [
    { ...orlop, name: 'orlop' },
    { name: 'serverless-registry', login, takesLogin: true, ...rival },
  ];
}

/** Orlop, with what its processes hold. */
export interface MeasuredOrlop extends Registry {
  /** Bytes of memory that its workerd processes hold now. */
  residentBytes(): number;
}

export async function startOrlop(folder: string): Promise<MeasuredOrlop> {
  const server = await startServer({
    state: join(folder, 'orlop'),
    root: projectRoot,
  });
  const residentBytes = () => server.workerdPids().reduce((sum, pid) => sum + readResident(pid), 0);
  const { origin, credential: login } = server;
  return { name: 'orlop', origin, login, residentBytes, stop: () => server.stop() };
}

/** Orlop as `npm run dev` runs it, with the inspector of its workerd. */
export type InspectedOrlop = Registry & Pick<DevWorker, 'inspectorPort'>;

export async function startOrlopDev(folder: string): Promise<InspectedOrlop> {
  const state = join(folder, 'wrangler-dev');
  const apply = ['d1', 'migrations', 'apply', 'orlop', '--local', '--persist-to', state];
  requireWrangler('the database could not be made', ...apply);
  const worker = await startDevWorker('wrangler.toml', state);
  const login = await deriveProjectCredential(SECRETS.CREDENTIAL_KEY, 1, 1);
  return { name: 'wrangler dev', login, ...worker };
}

async function startDistribution(folder: string): Promise<Registry | null> {
  const tool = findTool('docker-registry');
  if (!tool) return null;
  const port = await claimPort('127.0.0.1', 0);
  const config = join(folder, 'distribution.yml');
  const storage = join(folder, 'distribution');
  const text = `
version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${storage} }, delete: { enabled: true } }
http: { addr: 127.0.0.1:${port} }`;
  writeFileSync(config, text);
  return await startPeer('distribution', port, tool, ['serve', config]);
}

async function startOlareg(folder: string): Promise<Registry | null> {
  const tool = findOlareg();
  if (!tool) return null;
  const port = await claimPort('127.0.0.1', 0);
  const storage = join(folder, 'olareg');
  mkdirSync(storage);
  const args = ['serve', '--dir', storage, '--addr', '127.0.0.1', '--port', String(port)];
  return await startPeer('olareg', port, tool, args);
}

async function startPeer(
  name: Registry['name'],
  port: number,
  tool: string,
  args: readonly string[],
): Promise<Registry> {
  const child = spawn(tool, args, { stdio: 'ignore' });
  const { pid = 0 } = child;
  process.once('exit', () => signal(pid, 'SIGKILL'));
  const origin = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${origin}/v2/`).then(
      () => true,
      () => false,
    );
  for (let tries = 0; !(await isUp()); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`${tool} did not start`);
    await delay(100);
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
  };
  return { name, origin, login: null, stop };
}
