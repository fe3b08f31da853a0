import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';

/** What npx writes beside the packages that it installs. */
const NPX_PACKAGE = z.object({
  _npx: z.object({}),
  dependencies: z.object({ orlop: z.string().check(z.regex(/^https?:/)) }),
});

/** How the command was run, to say in messages how to run it again: `orlop`, or npx's line. */
export function invocation(): string {
  // From where the script is in its package, node_modules/orlop/dist/cli.
  const file = fileURLToPath(import.meta.resolve('../../../../package.json'));
  try {
    const { dependencies } = NPX_PACKAGE.parse(JSON.parse(readFileSync(file, 'utf8')));
    return `npx ${dependencies.orlop}`;
  } catch {
    return 'orlop';
  }
}
