import { globSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How long a start looks for finished objects, in ms; a later start looks at others. */
const TIME_LIMIT = 3000;

/**
 * Removes the files of Durable Objects that are over: they hold nothing and wait for no alarm, as
 * an upload a day after its end. The platform forgets such objects, but the simulator keeps a
 * file of each for ever. No server may run beside it. Returns how many it removed.
 */
export function removeFinishedObjects(state: string): number {
  const files = globSync(join(state, 'v3/do/*/*.sqlite'));
  const namespaces = files.filter((file) => basename(file) === 'metadata.sqlite');
  const waiting = new Set(namespaces.flatMap(listAlarms));
  const objects = files.filter((file) => !namespaces.includes(file));
  const first = Math.floor(Math.random() * objects.length);
  const deadline = Date.now() + TIME_LIMIT;
  let removed = 0;
  for (const file of [...objects.slice(first), ...objects.slice(0, first)]) {
    if (Date.now() > deadline) break;
    if (waiting.has(basename(file, '.sqlite')) || !isEmpty(file)) continue;
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
    removed++;
  }
  return removed;
}

/** Ids of the objects of a namespace that wait for an alarm. */
function listAlarms(metadata: string): string[] {
  const sql = 'SELECT actor_id AS id FROM _cf_ALARM';
  return readDatabase(metadata, (database) =>
    database
      .prepare(sql)
      .all()
      .map(({ id }) => String(id)),
  );
}

/** Whether an object holds nothing but the name that the simulator gives it. */
function isEmpty(file: string): boolean {
  return readDatabase(file, (database) => {
    const tables = database
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('__miniflare_do_name')",
      )
      .all();
    return tables.every(({ name }) => {
      const quoted = String(name).replaceAll('"', '""');
      return database.prepare(`SELECT 1 AS yes FROM "${quoted}" LIMIT 1`).get() === undefined;
    });
  });
}

function readDatabase<T>(file: string, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return read(database);
  } finally {
    database.close();
  }
}
