import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrateLocally } from '../../scripts/lib/local-database.ts';

/** What a server needs; secrets and state are not copied. */
const parts = [
  'migrations',
  'scripts',
  'src',
  'web',
  'dist/console',
  'dist/console.sha256',
  'package.json',
  'LICENSE',
  'tsconfig.json',
];

/** The checkout that the tests are part of. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/**
 * A copy of the checkout, with secrets of its own: a server that is started again after a file was
 * edited is the same, and servers leave nothing in the checkout. The caller removes it.
 */
export function copyCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), 'orlop-checkout-'));
  for (const part of [...parts, 'wrangler.toml']) {
    cpSync(join(projectRoot, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/**
 * Prepares what the servers of a test run start from: a copy of the checkout, and a state with a
 * migrated database, so that they do not each apply the migrations. Returns a function that removes
 * both.
 */
export async function prepareServers(): Promise<() => void> {
  const checkout = copyCheckout();
  const state = mkdtempSync(join(tmpdir(), 'orlop-first-state-'));
  await migrateLocally(state);
  process.env.ORLOP_TEST_ROOT = checkout;
  process.env.ORLOP_TEST_STATE = state;
  return () => {
    for (const folder of [checkout, state]) rmSync(folder, { recursive: true, force: true });
  };
}
