import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/lib/project.ts';
import { findTool } from '../../support/tools.ts';

const VERSION = 'v0.2.2';
const MODULE = `github.com/olareg/olareg@${VERSION}`;

/** The pinned olareg, built where Go is there and it is not; null where that does not work. */
export function findOlareg(): string | null {
  const folder = join(projectRoot, `test-output/tools/olareg-${VERSION}`);
  const path = join(folder, 'olareg');
  const go = findTool('go');
  if (!existsSync(path) && go) {
    console.log(`building ${MODULE}`);
    const failure = build(go, path);
    if (failure) console.warn(`olareg could not be built: ${failure}`);
  }
  return existsSync(path) ? path : null;
}

/** Answers what went wrong. Unlike `go install` it asks nothing about other releases. */
function build(go: string, path: string): string | null {
  const download = spawnSync(go, ['mod', 'download', '-json', MODULE], { encoding: 'utf8' });
  if (download.status !== 0) return download.stdout + download.stderr;
  const { Dir } = JSON.parse(download.stdout);
  const args = ['build', '-C', Dir, '-o', path, './cmd/olareg'];
  const made = spawnSync(go, args, { encoding: 'utf8' });
  return made.status === 0 ? null : made.stderr;
}
