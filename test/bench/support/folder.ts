import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/lib/project.ts';

/** A new folder on the disk of the checkout, for what a run stores; the caller removes it. */
export function makeFolder(): string {
  const output = join(projectRoot, 'test-output');
  mkdirSync(output, { recursive: true });
  return mkdtempSync(join(output, 'bench-'));
}
