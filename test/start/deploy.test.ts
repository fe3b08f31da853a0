import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyCheckout, projectRoot } from '../support/checkout.ts';
import { runScript } from './command.ts';

/**
 * Stands in for wrangler: answers from answers.json (by the first words of the command, and the
 * first time with `first` where that is given) and writes down what it was asked, with the contents
 * of a secrets file.
 */
const standIn = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const answers = JSON.parse(readFileSync(__dirname + '/answers.json', 'utf8'));
const key = Object.keys(answers).find((words) => args.join(' ').startsWith(words));
const file = args[args.indexOf('--secrets-file') + 1];
const secrets = args.includes('--secrets-file') ? JSON.parse(readFileSync(file, 'utf8')) : null;
const call = { command: args.filter((arg) => arg !== file || !secrets).join(' '), secrets };
const earlier = existsSync(__dirname + '/calls') ? readFileSync(__dirname + '/calls', 'utf8').split('\\n') : [];
const { first, ...answer } = answers[key] ?? {};
const isFirst = first && !earlier.some((line) => line.includes(key));
const { out = '', error } = isFirst ? first : answer;
appendFileSync(__dirname + '/calls', JSON.stringify(call) + '\\n');
if (error) console.error('✘ [ERROR] ' + error);
else console.log(out);
process.exitCode = error ? 1 : 0;
`;

interface Call {
  command: string;
  secrets: Record<string, string> | null;
}

const withoutEnvironment = { ADMIN_PASSWORD: '' };
let root = '';
const bin = () => join(root, 'node_modules/wrangler/bin');

beforeEach(() => {
  root = copyCheckout();
  unlinkSync(join(root, 'node_modules'));
  mkdirSync(bin(), { recursive: true });
  const packages = join(projectRoot, 'node_modules');
  for (const name of readdirSync(packages).filter((one) => one !== 'wrangler')) {
    symlinkSync(join(packages, name), join(root, 'node_modules', name));
  }
  writeFileSync(join(bin(), '../package.json'), '{"name":"wrangler","version":"0.0.0"}');
  writeFileSync(join(bin(), 'calls'), '');
  writeFileSync(join(bin(), 'wrangler.js'), standIn);
  chmodSync(join(bin(), 'wrangler.js'), 0o755);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Answer {
  readonly out?: string;
  readonly error?: string;
  /** What the first such command answers. */
  readonly first?: Answer;
}

async function deploy(answers: Record<string, Answer>, env = {}) {
  writeFileSync(join(bin(), 'answers.json'), JSON.stringify(answers));
  const outcome = await runScript(root, ['deploy'], { ...withoutEnvironment, ...env });
  const lines = readFileSync(join(bin(), 'calls'), 'utf8').split('\n').filter(Boolean);
  return { ...outcome, calls: lines.map((line) => JSON.parse(line) as Call) };
}

test('a first deployment creates the database, migrates it, and sends the secrets with the Worker', async () => {
  const { status, stdout, stderr, calls } = await deploy({
    'd1 list': { out: '[{"name":"another"}]' },
    'secret list': { error: 'Worker "orlop" not found.' },
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(calls.map(({ command }) => command)).toEqual([
    'whoami --json',
    'd1 list --json',
    'd1 create orlop',
    'd1 migrations apply orlop --remote',
    'secret list --format json',
    'deploy --secrets-file',
  ]);
  const secrets = calls.at(-1)?.secrets ?? {};
  expect(Object.keys(secrets)).toEqual(['TOKEN_KEY', 'CREDENTIAL_KEY', 'ADMIN_PASSWORD']);
  expect(stdout).toContain(secrets.ADMIN_PASSWORD);
  expect(stdout).not.toContain(secrets.TOKEN_KEY);
});

test('a later deployment leaves the database and the secrets as they are', async () => {
  const names = ['TOKEN_KEY', 'CREDENTIAL_KEY', 'ADMIN_PASSWORD'].map((name) => ({ name }));
  const { status, stdout, calls } = await deploy({
    'd1 list': { out: '[{"name":"orlop"}]' },
    'secret list': { out: JSON.stringify(names) },
  });
  expect(status).toBe(0);
  expect(calls.map(({ command }) => command)).not.toContain('d1 create orlop');
  expect(calls.at(-1)).toEqual({ command: 'deploy', secrets: null });
  expect(stdout).not.toContain('password');
});

test('a chosen password is sent and not printed', async () => {
  const { stdout, calls } = await deploy(
    { 'd1 list': { out: '[]' }, 'secret list': { error: 'Worker "orlop" not found.' } },
    { ADMIN_PASSWORD: 'ch$sen by an admin' },
  );
  expect(calls.at(-1)?.secrets?.ADMIN_PASSWORD).toBe('ch$sen by an admin');
  expect(stdout).not.toContain('ch$sen by an admin');
});

test.each([
  ['elevenchars', /ADMIN_PASSWORD: a password must have 12 characters or more/],
  ['passwordpassword', /ADMIN_PASSWORD: this password is one of the most common/],
])('the chosen password %s is refused before anything is changed', async (password, reason) => {
  const { status, stderr, calls } = await deploy({}, { ADMIN_PASSWORD: password });
  expect(status).toBe(1);
  expect(stderr).toMatch(reason);
  expect(calls).toEqual([]);
});

test.each([
  ['whoami', 'not signed in: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN'],
  ['d1 list', 'the databases could not be listed: no luck'],
  ['d1 create', 'the database could not be created: no luck'],
  ['d1 migrations', 'the database could not be migrated: no luck'],
  ['secret list', 'the secrets could not be listed: no luck'],
])('when `%s` fails, one line says so and nothing is deployed', async (command, line) => {
  const { status, stderr, calls } = await deploy({
    [command]: { error: 'no luck' },
    'd1 list': { out: '[]', ...(command === 'd1 list' && { error: 'no luck' }) },
  });
  expect(status).toBe(1);
  expect(stderr).toBe(`orlop: ${line}\n`);
  expect(calls.some(({ command }) => command.startsWith('deploy'))).toBe(false);
});

test('content that a migration needs copied first is copied, in statements of their own', async () => {
  const rows = (...results: object[]) => JSON.stringify([{ results, success: true }]);
  const { status, calls } = await deploy({
    'd1 list': { out: '[{"name":"orlop"}]' },
    'd1 migrations apply': {
      first: { error: 'CHECK constraint failed: content_is_not_copied_yet_run_npm_start' },
    },
    'd1 execute orlop --remote --json --command SELECT name': { out: rows() },
    'd1 execute orlop --remote --json --command SELECT max(rowid) AS rowid FROM tags': {
      out: rows({ rowid: 30_000 }),
    },
    'd1 execute': { out: rows({ rowid: 0 }) },
    'secret list': {
      out: '[{"name":"TOKEN_KEY"},{"name":"CREDENTIAL_KEY"},{"name":"ADMIN_PASSWORD"}]',
    },
  });
  expect(status).toBe(0);
  const commands = calls.map(({ command }) => command);
  expect(commands.filter((command) => command.startsWith('d1 migrations'))).toHaveLength(2);
  const copies = commands.filter((command) => command.includes('INSERT OR IGNORE'));
  expect(copies.map((command) => /rowid > (\d+)/.exec(command)?.[1])).toEqual(['0', '20000']);
  expect(commands.at(-1)).toBe('deploy');
});
