/** A state that a start would make worse is refused, with what to do. */
import {
  cpSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findDatabase } from '../../scripts/lib/local-database.ts';
import { makeBlob } from '../faults/support/image.ts';
import { startServer } from '../support/server.ts';
import { runScript } from './command.ts';

const root = () => process.env.ORLOP_TEST_ROOT ?? '';
let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'orlop-state-'));
  cpSync(process.env.ORLOP_TEST_STATE ?? '', state, { recursive: true });
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const database = () => findDatabase(state) ?? '';

function execute(sql: string): void {
  const opened = new DatabaseSync(database());
  opened.exec(sql);
  opened.close();
}

const read = () => (database() === '' ? null : readFileSync(database()));

async function expectRefused(reason: RegExp): Promise<void> {
  const before = read();
  const { status, stdout, stderr } = await runScript(root(), [
    'start',
    '--port',
    '0',
    '--state',
    state,
  ]);
  expect(stderr).toMatch(/^orlop: .*\n$/);
  expect(stderr).toMatch(reason);
  expect([stdout, status]).toEqual(['', 1]);
  expect(read()).toEqual(before);
}

test('a database that a newer version has migrated', async () => {
  execute("INSERT INTO d1_migrations (name) VALUES ('9998_later.sql')");
  await expectRefused(/is newer than this version, .*9998_later\.sql: update Orlop, or .*--state/);
});

test.each([
  ['overwritten', () => writeFileSync(database(), 'x'.repeat(100_000)), /file is not a database/],
  ['cut off', () => truncateSync(database(), 8192), /malformed/],
  ['garbled in the middle', garble, /malformed|page|Tree|btree/i],
])('a database that was %s', async (_, damage, reason) => {
  execute('PRAGMA wal_checkpoint(TRUNCATE)');
  damage();
  await expectRefused(/is damaged .*: restore the state from a backup, or .*--state/);
  await expectRefused(reason);
});

test('an index of the bucket that is no database', async () => {
  const server = await startServer({ state });
  await server.end();
  const [path = ''] = globSync(join(state, 'v3/r2/*/*.sqlite'));
  rmSync(`${path}-wal`, { force: true });
  writeFileSync(path, 'x'.repeat(100_000));
  await expectRefused(/v3\/r2\/.* is damaged/);
});

describe('a state of which a part is missing', () => {
  let whole = '';
  beforeAll(async () => {
    const server = await startServer();
    const { bytes, digest } = makeBlob(Buffer.from('kept'));
    const { username, password } = server.credential;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const path = `${server.origin}/v2/library/kept/blobs/uploads/?digest=${digest}`;
    const pushed = await fetch(path, { method: 'POST', body: bytes, headers: { authorization } });
    expect(pushed.status).toBe(201);
    await server.end();
    whole = server.state;
  });
  afterAll(() => rmSync(whole, { recursive: true, force: true }));
  beforeEach(() => cpSync(whole, state, { recursive: true }));

  const remove = (path: string) => () =>
    rmSync(join(state, 'v3', path), { recursive: true, force: true });
  const emptyDatabases = (kind: string) => () => {
    for (const file of globSync(join(state, 'v3', kind, '*/*.sqlite*'))) {
      if (!file.includes('metadata')) truncateSync(file, 0);
    }
  };
  const both = () => {
    emptyDatabases('d1')();
    remove('r2/miniflare-R2BucketObject')();
  };

  test.each([
    ['the database', emptyDatabases('d1'), /the database in .*v3\/d1 is missing or empty/],
    ['the file of the database', remove('d1'), /the database in .*v3\/d1 is missing or empty/],
    ['both databases', both, /the database in .*v3\/d1 is missing or empty/],
    ['the index of the bucket', emptyDatabases('r2'), /the index of the bucket in .*v3\/r2 is/],
    ['its file', remove('r2/miniflare-R2BucketObject'), /the index of the bucket in .*v3\/r2 is/],
    ['the folder of the bucket', remove('r2'), /the index of the bucket in .*v3\/r2 is/],
    ['the content', remove('r2/orlop'), /the content of the bucket in .*\/blobs is missing/],
  ])('%s is refused', async (_, lose, reason) => {
    lose();
    await expectRefused(reason);
  });
});

/** Overwrites pages in the middle of the file. */
function garble(): void {
  const bytes = readFileSync(database());
  bytes.fill(0xff, 4096 * 3, 4096 * 20);
  writeFileSync(database(), bytes);
}
