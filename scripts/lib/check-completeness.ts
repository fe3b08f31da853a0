import { existsSync, globSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from './failure.ts';
import { query } from './local-database.ts';

/**
 * Refuses a state of which a part is missing. A server would make a new one in its place: then it
 * would take the objects for garbage, or all content for damaged.
 * @throws Failure naming what is missing
 */
export function checkCompleteness(state: string): void {
  const has = {
    database: query(state, 'SELECT 1 FROM d1_migrations LIMIT 1').length > 0,
    content: query(state, 'SELECT 1 FROM blobs WHERE damaged_at IS NULL LIMIT 1').length > 0,
    objects: hasObjects(state),
    files: hasFiles(join(state, 'v3/r2/orlop/blobs')),
  };
  if (!has.database && (has.objects || has.files)) refuse(state, 'database', 'v3/d1');
  if (has.content && !has.objects) refuse(state, 'index of the bucket', 'v3/r2');
  if (has.content && !has.files) refuse(state, 'content of the bucket', 'v3/r2/orlop/blobs');
}

function refuse(state: string, part: string, folder: string): never {
  throw new Failure(
    `the ${part} in ${join(state, folder)} is missing or empty, but the rest of the state is not: restore the state from a backup, or begin a new one with --state`,
  );
}

function hasFiles(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

/** Whether the simulated bucket has objects. */
function hasObjects(state: string): boolean {
  const files = globSync(join(state, 'v3/r2/miniflare-R2BucketObject/*.sqlite'));
  return files.some((file) => {
    if (file.endsWith('metadata.sqlite')) return false;
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      return database.prepare('SELECT 1 FROM _mf_objects LIMIT 1').get() !== undefined;
    } catch (error) {
      if (String(error).includes('no such table')) return false;
      throw error;
    } finally {
      database.close();
    }
  });
}
