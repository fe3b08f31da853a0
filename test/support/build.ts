import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Builds the console of a checkout, unless it is up to date, in a separate process: Vite copies some of
 * its own functions into what it builds, and the test runner rewrites those that it has loaded.
 * @throws Error when it cannot be built
 */
export function buildConsole(checkout: string): void {
  const script = join(checkout, 'scripts/run.js');
  const { status } = spawnSync(process.execPath, [script, 'console'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the console could not be built');
}
