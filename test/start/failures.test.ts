import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyCheckout } from '../support/checkout.ts';
import { startServer } from '../support/server.ts';
import { runScript } from './command.ts';

let root = '';
let folder = '';
beforeEach(() => {
  root = copyCheckout();
  folder = mkdtempSync(join(tmpdir(), 'orlop-start-'));
});
afterEach(() => {
  for (const path of [root, folder]) rmSync(path, { recursive: true, force: true });
});

/** Expects `npm start` to end with status 1 and one line. */
async function expectOneLine(args: string[], line: RegExp, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = await runScript(root, ['start', ...args], env);
  expect(stderr).toMatch(/^orlop: .*\n$/);
  expect(stderr).toMatch(line);
  // Progress may come before it.
  expect(stdout).toMatch(/^(.* …\n)*$/);
  expect(status).toBe(1);
}

test.each([
  [['--prot', '80'], /Unknown option '--prot'/],
  [['8080'], /Unexpected argument '8080'/],
  [['--port', '80000'], /--port takes a number from 0 to 65535, not "80000"/],
  [['--port'], /--port.*argument missing/],
  [['--host', '192.0.2.1'], /cannot listen on 192\.0\.2\.1/],
  [['--tls-cert', 'cert.pem'], /https takes both --tls-cert and --tls-key/],
  [['--tls-cert', 'no/cert.pem', '--tls-key', 'key.pem'], /--tls-cert cannot be read: .*no such/],
  [['--tls-cert', 'package.json', '--tls-key', 'package.json'], /certificate .* cannot be used/],
  [['--free-space', '-1'], /--free-space takes a number of MiB, not "-1"/],
  [['--port', '-1'], /--port takes a number from 0 to 65535, not "-1"/],
  [['--allow-outbound', 'intranet'], /--allow-outbound takes .*"intranet"/],
  [['--allow-outbound', 'private,10.0.0.0/33'], /--allow-outbound takes .*10\.0\.0\.0\/33/],
  [['--trusted-proxy', '10.0.0.0/33'], /--trusted-proxy takes .*10\.0\.0\.0\/33/],
  [['--trusted-proxy', 'proxy.example'], /--trusted-proxy takes .*proxy\.example/],
])('the options %j are refused', (args, line) => expectOneLine(args, line));

test('a taken port is named, with what to do', async () => {
  const taken = await listen();
  const port = String((taken.address() as { port: number }).port);
  await expectOneLine(['--port', port], new RegExp(`port ${port} .* is taken: .*--port`));
  taken.close();
});

test('a state directory that cannot be one is named', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expectOneLine(['--port', '0', '--state', file], /cannot keep the state in .*file/);
});

test.skipIf(!existsSync('/proc/self'))(
  'a state directory that cannot be made is named',
  async () => {
    await expectOneLine(
      ['--port', '0', '--state', '/proc/no/state'],
      /cannot keep the state in .*no/,
    );
  },
);

test('a state that another server uses is refused', async () => {
  const server = await startServer();
  try {
    await expectOneLine(['--port', '0', '--state', server.state], /another server uses the state/);
  } finally {
    await server.stop();
  }
});

test('a state directory that all users write to is refused', async () => {
  chmodSync(folder, 0o1777);
  await expectOneLine(['--port', '0', '--state', folder], /is shared with other users: .*--state/);
});

test('secrets that cannot be kept are a clear line', async () => {
  mkdirSync(join(root, '.dev.vars'));
  await expectOneLine(['--port', '0', '--state', folder], /cannot keep the local secrets in/);
});

test.each([
  ['elevenchars', /ADMIN_PASSWORD: a password must have 12 characters/],
  ['passwordpassword', /ADMIN_PASSWORD: this password is one of the most common/],
])('the secret %s is refused, and named', async (password, reason) => {
  const env = { ADMIN_PASSWORD: password };
  await expectOneLine(['--port', '0', '--state', folder], reason, env);
});

test('without its packages it says what to run', async () => {
  unlinkSync(join(root, 'node_modules'));
  await expectOneLine([], /npm ci/);
});

test('a broken migration is named by its error', async () => {
  writeFileSync(join(root, 'migrations/9999_broken.sql'), 'CREATE NONSENSE;');
  const line = /the database could not be migrated: .*NONSENSE/;
  await expectOneLine(['--port', '0', '--state', folder], line);
});

test('a Worker that does not build ends the start with its error', async () => {
  appendFileSync(join(root, 'src/index.ts'), '\nexport const = broken;\n');
  const args = ['start', '--port', '0', '--state', folder];
  const { status, stderr } = await runScript(root, args);
  expect(status).toBe(1);
  expect(stderr).toContain('src/index.ts');
  expect(stderr).toMatch(/orlop: the Worker could not be bundled: see above\n$/);
});

test('an old Node is told which one to use', async () => {
  // The check reads process.versions, so a stand-in loaded first is as good as an old Node.
  const old = join(folder, 'old.mjs');
  writeFileSync(
    old,
    "const versions = { ...process.versions, node: '20.1.0' };\n" +
      "Object.defineProperty(process, 'versions', { value: versions });\n",
  );
  await expectOneLine([], /Node 20\.1\.0 is too old/, { NODE_OPTIONS: `--import=${old}` });
});

test('--help lists the options', async () => {
  const { status, stdout } = await runScript(root, ['start', '--help']);
  expect(status).toBe(0);
  const options = ['--port', '--host', '--state', '--tls-cert', '--tls-key', '--trusted-proxy'];
  for (const option of [...options, '--verbose']) {
    expect(stdout).toContain(option);
  }
});

function listen(): Promise<NetServer> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });
}
