import { type ChildProcess, spawn } from 'node:child_process';

/** How a client is run; everything has a default. */
export interface RunOptions {
  /** Added to an environment of only PATH, so that settings of the machine have no effect. */
  env?: Record<string, string>;
  cwd?: string;
  /** Written to its standard input. */
  input?: string | Uint8Array;
}

/** How a client ended. */
export interface Outcome {
  /** Exit code, or null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A running client. */
export interface Started {
  child: ChildProcess;
  outcome: Promise<Outcome>;
}

/** Runs a client and returns what it printed; throws with its output when it fails. */
export async function run(tool: string, args: readonly string[], options?: RunOptions) {
  const outcome = await attempt(tool, args, options);
  if (outcome.code !== 0) throw new Error(describe(tool, args, outcome));
  return outcome.stdout;
}

/** Runs a client and returns how it ended. */
export function attempt(tool: string, args: readonly string[], options?: RunOptions) {
  return start(tool, args, options).outcome;
}

/** Starts a client, for a test that may kill it. */
export function start(tool: string, args: readonly string[], options: RunOptions = {}): Started {
  const env = { PATH: process.env.PATH ?? '', ...options.env };
  const child = spawn(tool, args, { env, cwd: options.cwd, stdio: 'pipe' });
  child.stdin.on('error', () => {}).end(options.input);
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    printed.stderr += text;
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...printed }));
  });
  return { child, outcome };
}

function describe(tool: string, args: readonly string[], { code, stdout, stderr }: Outcome) {
  return `${tool} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`;
}
