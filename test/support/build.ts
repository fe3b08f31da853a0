import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Builds a part of a checkout, unless it is up to date, in a separate process: Vite copies some of its
 * own functions into what it builds, and the test runner rewrites those that it has loaded.
 * @throws Error when it cannot be built
 */
export function buildPart(checkout: string, part: 'console' | 'worker'): void {
  const script = join(checkout, 'scripts/run.js');
  const { status } = spawnSync(process.execPath, [script, part], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the ${part} could not be built`);
}
