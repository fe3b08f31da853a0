import { spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { Failure } from './failure.ts';
import { projectRoot, quietWrangler, wranglerPath } from './project.ts';

/** How a wrangler command ended. */
export interface WranglerResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** All it printed. */
  readonly output: string;
  /** The first line that explains a failure. */
  readonly reason: string;
}

/** Runs a wrangler command that asks no questions, and returns its output. */
export function callWrangler(...args: string[]): WranglerResult {
  const run = spawnSync(process.execPath, [wranglerPath, ...args], {
    cwd: projectRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...quietWrangler, CI: 'true' },
  });
  const { stdout, stderr } = run;
  const output = `${stderr}\n${stdout}`;
  const reason = run.error?.message ?? findReason(output);
  return { ok: run.status === 0, stdout, output, reason };
}

/** As callWrangler, but throws a Failure when the command fails. */
export function requireWrangler(purpose: string, ...args: string[]): string {
  const { ok, stdout, reason } = callWrangler(...args);
  if (!ok) throw new Failure(`${purpose}: ${reason}`);
  return stdout;
}

/** Runs a wrangler command in the user's terminal, where it may ask questions. */
export function showWrangler(purpose: string, ...args: string[]): void {
  const run = spawnSync(process.execPath, [wranglerPath, ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, ...quietWrangler },
  });
  if (run.status !== 0) throw new Failure(`${purpose}: see above`);
}

/** The line of wrangler's output that says what went wrong, without colours and marks. */
function findReason(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n');
  const marked = lines.find((line) => line.includes('[ERROR]'));
  const line = marked ?? lines.find((text) => text.trim() !== '') ?? 'no reason given';
  return line.replace(/^.*\[ERROR\]\s*/, '').trim();
}
