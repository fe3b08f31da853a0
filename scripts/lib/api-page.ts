import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectRoot } from './project.ts';

/** Puts the package that the page /api/docs shows the API with among the assets. */
export function copyApiExplorer(): void {
  const main = createRequire(import.meta.url).resolve('openapi-explorer/package.json');
  const script = join(dirname(main), 'dist/browser/openapi-explorer.min.js');
  copyFileSync(script, join(projectRoot, 'web/public/api-docs/openapi-explorer.js'));
}
