import { toolPath } from '../tools.ts';
import { startDaemon } from './daemon.ts';
import { attempt, run, type Started, start } from './run.ts';
import { makeScratch } from './scratch.ts';

/** A separate docker engine, and the docker command that talks to it. */
export interface Docker {
  /** Runs `docker …` and returns what it printed. */
  run(args: readonly string[], input?: string | Uint8Array): Promise<string>;
  /** Runs a shell command in which docker reaches the engine. */
  sh(line: string): Promise<string>;
  /** Starts `docker …` for a test that kills it. */
  start(args: readonly string[]): Started;
  /** Path of a file in the engine's folder, for input to docker. */
  path(...names: string[]): string;
  stop(): Promise<void>;
}

/** Starts a dockerd with its own state and no networks for containers; needs root. */
export async function startDocker(): Promise<Docker> {
  const scratch = await makeScratch();
  const socket = `unix://${scratch.path('sock')}`;
  const env = {
    HOME: scratch.dir,
    DOCKER_CONFIG: scratch.path('client'),
    DOCKER_HOST: socket,
    DOCKER_BUILDKIT: '0',
  };
  const isReady = async () => (await attempt(toolPath('docker'), ['version'], { env })).code === 0;
  const args = daemonArgs(socket, scratch.path);
  const daemon = await startDaemon(toolPath('dockerd'), args, scratch.path('log'), isReady);
  return {
    run: (args, input = '') => run(toolPath('docker'), args, { env, input }),
    sh: (line) => run('/bin/sh', ['-c', line], { env }),
    start: (args) => start(toolPath('docker'), args, { env }),
    path: scratch.path,
    stop: async () => {
      await daemon.stop();
      await scratch.remove();
    },
  };
}

function daemonArgs(socket: string, path: (name: string) => string): string[] {
  return [
    ...['--host', socket, '--iptables=false', '--ip6tables=false', '--bridge=none'],
    ...['--storage-driver', 'vfs', '--data-root', path('data'), '--exec-root', path('exec')],
    ...['--pidfile', path('pid'), '--max-concurrent-uploads', '5'],
  ];
}
