/**
 * `npm run deploy`: provisions, migrates and deploys to the signed-in Cloudflare account.
 * Running it again updates what is there. The order matters: the database comes first, because
 * its tables must exist before the Worker that uses them, and `wrangler deploy` then finds it by
 * its name; `wrangler deploy` creates the bucket; missing secrets are sent with the Worker, since
 * a Worker that does not exist yet takes none.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIRST_ADMIN_NAME } from '../src/domain/accounts.ts';
import { choiceFault } from '../src/domain/common-passwords.ts';
import { buildConsole } from './lib/console.ts';
import { Failure, runMain } from './lib/failure.ts';
import { applyMigrations } from './lib/migrate.ts';
import { type SecretName, secretMakers, secretNames } from './lib/secrets.ts';
import { callWrangler, requireWrangler, showWrangler } from './lib/wrangler.ts';

const database = 'orlop';

await runMain(async () => {
  checkChosenPassword();
  requireLogin();
  ensureDatabase();
  // Built before, so that the Worker of before meets the new tables for as short as can be.
  await buildConsole();
  await applyMigrations(['--remote'], () => ({ run: runRemotely }));
  const secrets = makeMissingSecrets(readSecretNames());
  deploy(secrets);
  if (secrets.ADMIN_PASSWORD && !process.env.ADMIN_PASSWORD) {
    console.log('\nKeep the password of the user admin; it is not shown again:');
    console.log(secrets.ADMIN_PASSWORD);
  }
  return 0;
});

function checkChosenPassword(): void {
  const password = process.env.ADMIN_PASSWORD;
  const fault = password ? choiceFault(password, FIRST_ADMIN_NAME) : null;
  if (fault !== null) throw new Failure(`ADMIN_PASSWORD: ${fault}`);
}

function requireLogin(): void {
  if (callWrangler('whoami', '--json').ok) return;
  throw new Failure('not signed in: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN');
}

function ensureDatabase(): void {
  const list = requireWrangler('the databases could not be listed', 'd1', 'list', '--json');
  const databases = JSON.parse(list) as { name: string }[];
  if (databases.some(({ name }) => name === database)) return;
  requireWrangler('the database could not be created', 'd1', 'create', database);
}

async function runRemotely(sql: string): Promise<Record<string, unknown>[]> {
  const execute = ['d1', 'execute', database, '--remote', '--json', '--command', sql];
  const answer = requireWrangler('a statement could not be run', ...execute);
  const results = JSON.parse(answer) as { results: Record<string, unknown>[] }[];
  return results.flatMap(({ results }) => results);
}

/** Names of the Worker's secrets; none before its first deployment. */
function readSecretNames(): Set<string> {
  const { ok, stdout, reason } = callWrangler('secret', 'list', '--format', 'json');
  if (ok) return new Set((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name));
  if (/not found/.test(reason)) return new Set();
  throw new Failure(`the secrets could not be listed: ${reason}`);
}

/** A new value for each missing secret; ADMIN_PASSWORD of the environment replaces one that exists. */
function makeMissingSecrets(present: Set<string>): Partial<Record<SecretName, string>> {
  const missing = secretNames.filter((name) => !present.has(name));
  const made = Object.fromEntries(missing.map((name) => [name, secretMakers[name]()]));
  const password = process.env.ADMIN_PASSWORD;
  return password ? { ...made, ADMIN_PASSWORD: password } : made;
}

/** Deploys with the secrets in a private file, as JSON: the other format expands `$` in values. */
function deploy(secrets: Partial<Record<SecretName, string>>): void {
  const folder = mkdtempSync(join(tmpdir(), 'orlop-deploy-'));
  try {
    const file = join(folder, 'secrets.json');
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    const names = Object.keys(secrets);
    const withSecrets = names.length > 0 ? ['--secrets-file', file] : [];
    showWrangler('the Worker could not be deployed', 'deploy', ...withSecrets);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
