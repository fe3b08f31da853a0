/**
 * `npm run common-passwords`: writes src/domain/common-password-list.ts. It is a file of its own
 * because the package that keeps the list is twenty times as large.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatList } from './lib/common-passwords.ts';
import { runMain } from './lib/failure.ts';
import { projectRoot } from './lib/project.ts';

await runMain(async () => {
  writeFileSync(join(projectRoot, 'src/domain/common-password-list.ts'), formatList());
  return 0;
});
