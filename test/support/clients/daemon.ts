import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { waitFor } from './wait.ts';

/** A daemon that a test has started. */
export interface Daemon {
  /** Ends it, and waits until it has. */
  stop(): Promise<void>;
}

/** Starts a daemon that writes to a log file, and waits until `isReady`. */
export async function startDaemon(
  tool: string,
  args: readonly string[],
  log: string,
  isReady: () => Promise<boolean>,
): Promise<Daemon> {
  const file = await open(log, 'w');
  const child = spawn(tool, args, { stdio: ['ignore', file.fd, file.fd] });
  await file.close();
  await waitFor(tool, async () => {
    if (child.exitCode !== null) throw new Error(`${tool} ended\n${await readFile(log, 'utf8')}`);
    return isReady();
  });
  return { stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
