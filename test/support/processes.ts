import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A live process. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** Every live process of this machine, without zombies. */
export function listProcesses(): Process[] {
  // A small image of Linux has no ps; other systems have no /proc.
  const lines = existsSync('/proc/self/stat') ? readProc() : runPs();
  return lines.flatMap(parseProcess);
}

/** Lines as `runPs` gives them. */
function readProc(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name, in parentheses, may hold spaces and parentheses of its own.
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [`${pid} ${parent} ${group} ${state} ${args}`];
    } catch {
      return []; // It ended in between.
    }
  });
}

function runPs(): string[] {
  const columns = ['-A', '-o', 'pid=,ppid=,pgid=,stat=,args='];
  const options = { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const;
  return execFileSync('ps', columns, options).split('\n');
}

function parseProcess(line: string): Process[] {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/s.exec(line);
  if (!match || match[4]?.startsWith('Z')) return [];
  const [, pid, parent, group, , command = ''] = match;
  return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
}

/** Sends a signal, unless the process has already ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Waits until a condition holds; throws after `timeout` ms, saying what it waited for. */
export async function waitFor(what: string, condition: () => boolean, timeout = 20_000) {
  const deadline = Date.now() + timeout;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms in vain until ${what}`);
    await delay(20);
  }
}

/** Whether a child has ended, by itself or by a signal. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Waits until a child has ended. */
export async function ended(child: ChildProcess): Promise<void> {
  await waitFor(`${child.spawnargs.join(' ')} has ended`, () => hasEnded(child));
}
