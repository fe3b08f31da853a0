import { join } from 'node:path';
import { checkDatabases } from './check-databases.ts';
import { buildConsoleApart } from './console.ts';
import { checkSecrets, type DevVars, loadDevVars } from './dev-vars.ts';
import { migrateLocally } from './local-database.ts';
import { projectRoot } from './project.ts';

/**
 * Prepares what a local server needs: secrets, a database with all migrations, the console.
 * @param state a directory that this process has locked
 */
export async function prepareLocally(state: string): Promise<DevVars> {
  const vars = loadDevVars(join(projectRoot, '.dev.vars'));
  if (process.env.ADMIN_PASSWORD) vars.ADMIN_PASSWORD = process.env.ADMIN_PASSWORD;
  checkSecrets(vars);
  checkDatabases(state);
  await migrateLocally(state);
  await buildConsoleApart();
  return vars;
}
