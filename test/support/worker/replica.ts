import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { bindings } from './database.ts';

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Tables of the search index, and of the migrations. */
const LEFT_OUT = ['image_search%', 'd1_%', '_cf_%', 'sqlite_%']
  .map((names) => `t.name LIKE '${names}'`)
  .join(' OR ');

async function listTables(): Promise<Table[]> {
  const { results } = await bindings.DB.prepare(
    `SELECT t.name, json_group_array(c.name) AS columns
      FROM sqlite_master AS t CROSS JOIN pragma_table_info(t.name) AS c
      WHERE t.type = 'table' AND NOT (${LEFT_OUT}) GROUP BY t.name`,
  ).all<{ name: string; columns: string }>();
  return results.map(({ name, columns }) => ({ name, columns: JSON.parse(columns) }));
}

async function prepareReplica(): Promise<void> {
  await applyD1Migrations(env.REPLICA, env.TEST_MIGRATIONS);
  const { results } = await env.REPLICA.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'trigger'`,
  ).all<{ name: string }>();
  // Their work is in the rows that are copied.
  for (const { name } of results) await env.REPLICA.exec(`DROP TRIGGER ${name}`);
}

let prepared: Promise<void> | null = null;

/** Has the replica show the database as it is now, whatever happens to the database later. */
export async function freezeReplica(): Promise<void> {
  prepared ??= prepareReplica();
  await prepared;
  const tables = await listTables();
  const copies = await Promise.all(tables.map(copyStatements));
  const defer = env.REPLICA.prepare('PRAGMA defer_foreign_keys = on');
  await env.REPLICA.batch([defer, ...copies.flat()]);
}

async function copyStatements({ name, columns }: Table): Promise<D1PreparedStatement[]> {
  const rows = await bindings.DB.prepare(`SELECT * FROM ${name}`).all<Record<string, unknown>>();
  const values = columns.map((column) => `value ->> '${column}'`);
  return [
    env.REPLICA.prepare(`DELETE FROM ${name}`),
    env.REPLICA.prepare(`INSERT INTO ${name} (${columns}) SELECT ${values} FROM json_each(?)`).bind(
      JSON.stringify(rows.results),
    ),
  ];
}

/** D1 whose nearest replica shows what freezeReplica left there; counts statements of the primary. */
export function lateDatabase(): { readonly DB: D1Database; statements: number } {
  const late = {
    statements: 0,
    DB: new Proxy(bindings.DB, {
      get(target, name) {
        if (name === 'withSession') return () => env.REPLICA.withSession('first-unconstrained');
        if (name === 'prepare') late.statements++;
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
  return late;
}
