import { writeFile } from 'node:fs/promises';
import { toolPath } from '../tools.ts';
import { startDaemon } from './daemon.ts';
import { attempt, run, type Started, start } from './run.ts';
import { makeScratch } from './scratch.ts';

/** A separate containerd, and the ctr command that talks to it. */
export interface Containerd {
  /** Runs `ctr -n k8s.io …`, as the console's push dialog shows it, and returns what it printed. */
  run(args: readonly string[]): Promise<string>;
  /** Runs a shell command in which ctr reaches the daemon. */
  sh(line: string): Promise<string>;
  /** Starts `ctr -n k8s.io …` for a test that kills it. */
  start(args: readonly string[]): Started;
  /** Path of a file in the daemon's folder, for input to ctr. */
  path(...names: string[]): string;
  stop(): Promise<void>;
}

/** Starts a containerd with its own root, state and socket, without Kubernetes; needs root. */
export async function startContainerd(): Promise<Containerd> {
  const scratch = await makeScratch();
  const socket = scratch.path('sock');
  const config = scratch.path('config.toml');
  await writeFile(config, configOf(scratch.path));
  const ctr = (args: readonly string[]) => ['--address', socket, '--namespace', 'k8s.io', ...args];
  const env = { HOME: scratch.dir, CONTAINERD_SNAPSHOTTER: 'native' };
  const isReady = async () =>
    (await attempt(toolPath('ctr'), ctr(['version']), { env })).code === 0;
  const args = ['--config', config];
  const daemon = await startDaemon(toolPath('containerd'), args, scratch.path('log'), isReady);
  return {
    run: (args) => run(toolPath('ctr'), ctr(args), { env }),
    sh: (line) => run('/bin/sh', ['-c', line], { env: { ...env, CONTAINERD_ADDRESS: socket } }),
    start: (args) => start(toolPath('ctr'), ctr(args), { env }),
    path: scratch.path,
    stop: async () => {
      await daemon.stop();
      await scratch.remove();
    },
  };
}

function configOf(path: (name: string) => string): string {
  return [
    'version = 2',
    `root = "${path('root')}"`,
    `state = "${path('state')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]',
    `[grpc]\naddress = "${path('sock')}"`,
    '',
  ].join('\n');
}
