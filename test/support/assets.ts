/** Gives tests the assets as `npm start` has them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './checkout.ts';

/**
 * Builds the console, unless it is up to date, in a process of its own: Vite puts functions of
 * its own into what it builds, and a test's runner has rewritten those that it loaded.
 * @throws Error when it cannot be built
 */
export function setup(): void {
  const script = join(projectRoot, 'scripts/run.js');
  const { status } = spawnSync(process.execPath, [script, 'console'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the console could not be built');
}
