import { type ChildProcess, fork } from 'node:child_process';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DevVars } from '../dev-vars.ts';
import { Failure } from '../failure.ts';
import type { Health } from '../health.ts';
import type { OutboundNetworks } from '../outbound.ts';
import { guardGroup } from './guard.ts';
import type { FromSimulator } from './messages.ts';
import { entrySocket, type RunFolder, workerSocket } from './run-folder.ts';
import { fireSchedule } from './schedule.ts';

/** What runs, and where it keeps what. */
export interface RuntimeOptions {
  readonly state: string;
  readonly run: RunFolder;
  readonly vars: DevVars;
  /** Bytes that pushes leave free on the disk; null: what suits the disk. */
  readonly freeSpace: number | null;
  /** Where requests of the Worker may go. */
  readonly outbound: OutboundNetworks;
  /** Prints all that the Worker logs, not only its errors. */
  readonly verbose: boolean;
}

/** A Worker that runs in workerd, with the simulated storage of Cloudflare's platform. */
export interface Runtime {
  /** Takes requests to the Worker, with whole URLs. */
  readonly socketPath: string;
  /** Does what the Worker does every hour. @throws Error when some of it failed */
  sweep(): Promise<void>;
  /** Looks for events whose delivery was not begun, as the Worker does every five minutes. */
  findEvents(): Promise<void>;
  /** Settles when it has ended by itself, with what to say. */
  readonly failed: Promise<Failure>;
  stop(): Promise<void>;
}

/**
 * Starts the simulator in a process of its own: what it loads would make each garbage collection
 * slow in the process that the bytes of requests pass through. It stops when its
 * channel closes, not by the signals of a terminal.
 * @throws Failure when the Worker does not build, or workerd does not start
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { state, run, vars, freeSpace, outbound, verbose } = options;
  const { path, sockets } = run;
  const child = fork(join(import.meta.dirname, 'simulator.ts'), [state], { detached: true });
  guardGroup(child, sockets);
  const messages = receive(child);
  child.send({ state, folder: path, sockets, vars, freeSpace, outbound, verbose });
  const ready = await Promise.race([messages.ready, messages.failed]);
  const stop = () => end(child);
  if (ready instanceof Failure) {
    await stop();
    throw ready;
  }
  return {
    socketPath: workerSocket(sockets),
    sweep: () => fireSchedule(entrySocket(sockets), 'sweep'),
    findEvents: () => fireSchedule(entrySocket(sockets), 'findEvents'),
    failed: messages.failed,
    stop,
  };
}

function receive(child: ChildProcess) {
  const ready = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<Failure>();
  child.on('message', (message: FromSimulator) => {
    if (message === 'ready') ready.resolve();
    else failed.resolve(new Failure(message.failed));
  });
  child.once('exit', () => failed.resolve(new Failure('the simulator of the platform has ended')));
  return { ready: ready.promise, failed: failed.promise };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.connected) child.disconnect();
  await ended;
}

/** Sends a GET to the Worker, without the front. */
export async function probeWorker({ socketPath }: Runtime, path: string): Promise<Health> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { socketPath, path: `http://localhost${path}`, agent: false };
    get(options, resolve).once('error', reject);
  });
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}
