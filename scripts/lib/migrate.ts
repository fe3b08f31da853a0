import { copyContent, NOT_COPIED, type StatementRunner } from './copy-content.ts';
import { Failure } from './failure.ts';
import { callWrangler } from './wrangler.ts';

/**
 * Applies the migrations that a database does not have. Where one of them needs rows to be
 * copied first, it fails without a change: then this copies them, and applies it.
 * @param target the options that tell wrangler which database
 * @param open the same database, for statements
 */
export async function applyMigrations(
  target: readonly string[],
  open: () => StatementRunner,
): Promise<void> {
  const apply = () => callWrangler('d1', 'migrations', 'apply', 'orlop', ...target);
  let result = apply();
  for (let copies = 0; copies < 2 && !result.ok && result.output.includes(NOT_COPIED); copies++) {
    console.log('The content of the registry is copied into leaner tables.');
    // A second time from the start: a row is missing although the copy was done.
    await copyContent(open(), { fromStart: copies > 0 });
    result = apply();
  }
  if (!result.ok) throw new Failure(`the database could not be migrated: ${result.reason}`);
}
