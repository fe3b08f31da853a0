import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { projectRoot } from '../../../scripts/lib/project.ts';
import { requireWrangler } from '../../../scripts/lib/wrangler.ts';
import { hashPassword, hashSecret } from '../../../src/auth/secrets.ts';
import type { Cost } from '../cost/ledger.ts';
import { type DevWorker, SECRETS, startDevWorker } from '../support/dev-worker.ts';
import { formatTable } from '../table.ts';
import { loadWithoutTriggers } from './load.ts';
import { countEntries, type Read, readsOf } from './reads.ts';
import { BENCH_PROJECT, type Shape, shapeOf } from './synthetic.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const ROUNDS = 11;

/** What one read cost in a registry. */
interface Measured {
  readonly name: string;
  readonly entries: number;
  readonly queries: number;
  readonly rowsRead: number;
  /** Median of all rounds, ms. */
  readonly time: number;
}

/** A registry that was made and read. */
interface Scale {
  readonly tags: number;
  /** Bytes of the database for each tag. */
  readonly bytesPerTag: number;
  readonly reads: readonly Measured[];
}

/** Makes registries of 10,000 tags and ten times as many, up to `most`, and reads each. */
export async function reportScale(most: number): Promise<Scale[]> {
  const output = join(projectRoot, 'test-output');
  mkdirSync(output, { recursive: true });
  const folder = mkdtempSync(join(output, 'scale-'));
  try {
    const empty = join(folder, 'empty');
    const apply = ['d1', 'migrations', 'apply', 'orlop', '--local', '--persist-to', empty];
    requireWrangler('the database could not be made', ...apply);
    const scales: Scale[] = [];
    for (const tags of SIZES.filter((size) => size <= most)) {
      const state = join(folder, 'state');
      cpSync(empty, state, { recursive: true });
      scales.push(await measure(tags, state));
      rmSync(state, { recursive: true });
    }
    print(scales);
    return scales;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(tags: number, state: string): Promise<Scale> {
  const shape = shapeOf(tags);
  const bytes = load(state, shape, await hashPassword(SECRETS.ADMIN_PASSWORD));
  const worker = await startDevWorker(writeConfig(state), state);
  try {
    const reads: Measured[] = [];
    for (const read of readsOf(shape)) reads.push(await measureRead(worker, read));
    return { tags, bytesPerTag: Math.round(bytes / tags), reads };
  } finally {
    await worker.stop();
  }
}

/** The configuration of the registry with the Worker that counts, which wrangler bundles. */
function writeConfig(folder: string): string {
  const at = (path: string) => JSON.stringify(join(projectRoot, path));
  const text = readFileSync(join(projectRoot, 'wrangler.toml'), 'utf8')
    .replace(/^main = .*/m, `main = ${at('test/bench/cost/worker.ts')}`)
    .replace(/^directory = .*/m, `directory = ${at('dist/console')}`)
    .replace(/^(?:no_bundle|base_dir|rules) = .*\n/gm, '')
    .replace(/^\[build\]\n(?:.+\n)*/m, '');
  const path = join(folder, 'wrangler.toml');
  writeFileSync(path, text);
  return path;
}

/** Answers the bytes that the registry's rows have added to the database. */
function load(state: string, shape: Shape, adminHash: string): number {
  const files = globSync(join(state, 'v3/d1/miniflare-D1DatabaseObject/*.sqlite'));
  const path = files.find((file) => !file.endsWith('metadata.sqlite')) ?? '';
  const before = statSync(path).size;
  const database = new DatabaseSync(path);
  database.exec(
    'PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA cache_size = -1000000',
  );
  loadWithoutTriggers(database, shape);
  addMember(database);
  database.prepare('UPDATE users SET password_hash = ? WHERE id = 1').run(adminHash);
  database.exec('PRAGMA journal_mode = WAL');
  database.close();
  return statSync(path).size - before;
}

const MEMBER = { username: 'bench-member', password: 'orlop_bench-member' };

/** Adds a member of the project, who signs in with a personal token. */
function addMember(database: DatabaseSync): void {
  const { lastInsertRowid: id } = database
    .prepare("INSERT INTO users (name, password_hash, created_at) VALUES (?, 'none', 0)")
    .run(MEMBER.username);
  database
    .prepare(
      "INSERT INTO members (project_id, user_id, role, created_at) VALUES (?, ?, 'viewer', 0)",
    )
    .run(BENCH_PROJECT, id);
  database
    .prepare(
      `INSERT INTO access_tokens (user_id, name, token_hash, scope, created_at)
        VALUES (?, 'bench', ?, '{"rights":["read"],"workspaces":null}', 1000 * unixepoch())`,
    )
    .run(id, hashSecret(SECRETS.CREDENTIAL_KEY, MEMBER.password));
}

async function measureRead({ origin }: DevWorker, { name, path, as }: Read): Promise<Measured> {
  const headers = { authorization: authorizationOf(as) };
  const times: number[] = [];
  let found: Pick<Measured, 'entries' | 'queries' | 'rowsRead'> | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const response = await fetch(`${origin}${path}`, { headers });
    const body = await response.json();
    times.push(performance.now() - begun);
    if (!response.ok) throw new Error(`${name}: ${response.status} ${JSON.stringify(body)}`);
    const { queries, rowsRead } = JSON.parse(response.headers.get('x-cost') ?? '') as Cost;
    found = { entries: countEntries(body), queries, rowsRead };
  }
  if (!found) throw new Error('nothing was measured');
  const time = times.sort((one, two) => one - two)[Math.floor(ROUNDS / 2)] ?? 0;
  return { name, ...found, time: Math.round(time * 10) / 10 };
}

function authorizationOf(as: Read['as']): string {
  const admin = { username: 'admin', password: SECRETS.ADMIN_PASSWORD };
  const { username, password } = as === 'admin' ? admin : MEMBER;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function print(scales: readonly Scale[]): void {
  const head = ['read', 'entries', 'queries'];
  for (const { tags } of scales) head.push(`rows of ${tags}`, 'ms');
  const rows = (scales[0]?.reads ?? []).map(({ name, entries, queries }, n) => [
    ...[name, entries, queries],
    ...scales.flatMap(({ reads }) => [reads[n]?.rowsRead ?? 0, reads[n]?.time ?? 0]),
  ]);
  console.log(formatTable([head, ...rows]));
  for (const { tags, bytesPerTag } of scales) {
    const fits = Math.floor(10_000_000_000 / bytesPerTag / 1000) * 1000;
    console.log(`${tags} tags: ${bytesPerTag} bytes of D1 each; 10 GB hold ${fits}`);
  }
}
