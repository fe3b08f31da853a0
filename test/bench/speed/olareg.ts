import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/lib/project.ts';
import { findTool } from '../../support/tools.ts';

const VERSION = 'v0.2.2';
const MODULE = `github.com/olareg/olareg/cmd/olareg@${VERSION}`;

/** The pinned olareg, built where Go is there and it is not; null where that does not work. */
export function findOlareg(): string | null {
  const folder = join(projectRoot, `test-output/tools/olareg-${VERSION}`);
  const path = join(folder, 'olareg');
  const go = findTool('go');
  if (!existsSync(path) && go) {
    console.log(`building ${MODULE}`);
    const env = { ...process.env, GOBIN: folder };
    const run = spawnSync(go, ['install', MODULE], { env, encoding: 'utf8' });
    if (run.status !== 0) console.warn(`olareg could not be built: ${run.stderr}`);
  }
  return existsSync(path) ? path : null;
}
