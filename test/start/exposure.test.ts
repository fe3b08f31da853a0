/** What a registry that `npm start` runs shows to others: the registry, and nothing else. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  globSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findDatabase } from '../../scripts/lib/local-database.ts';
import { makeBlob } from '../faults/support/image.ts';
import { copyCheckout } from '../support/checkout.ts';
import { ended, listProcesses, type Process, signal, waitFor } from '../support/processes.ts';
import { type Greeting, parseGreeting } from '../support/server.ts';
import { listeningAddresses, showsSockets, watchesFiles } from './support/listeners.ts';
import { askRaw, type RawAnswer } from './support/raw.ts';

/** The README's command, with options after `--`. */
class Started {
  readonly state = mkdtempSync(join(tmpdir(), 'orlop-state-'));
  readonly #npm: ChildProcess;
  greeting: Greeting | undefined;

  constructor(root: string, args: readonly string[]) {
    // A state as an earlier version left it.
    cpSync(process.env.ORLOP_TEST_STATE ?? '', this.state, { recursive: true });
    for (const path of this.paths()) chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
    const all = ['start', '--', '--port', '0', '--state', this.state, ...args];
    this.#npm = spawn('npm', all, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    this.#npm.stdout?.on('data', (chunk) => {
      output += chunk;
      this.greeting ??= parseGreeting(output);
    });
  }

  /** The state directory and all that is in it. */
  paths(): string[] {
    const files = globSync('**', { cwd: this.state });
    return [this.state, ...files.map((file) => join(this.state, file))];
  }

  get port(): number {
    return Number(this.greeting?.host.split(':')[1]);
  }

  get processes(): Process[] {
    return listProcesses().filter(({ command }) => command.includes(this.state));
  }

  get pids(): number[] {
    return this.processes.map(({ pid }) => pid);
  }

  ask(path: string, headers = {}, method = 'GET'): Promise<RawAnswer> {
    return askRaw(this.port, path, headers, method);
  }

  query(sql: string): Record<string, unknown>[] {
    const database = new DatabaseSync(findDatabase(this.state) ?? '', { readOnly: true });
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  }

  async ready(): Promise<void> {
    await waitFor('npm start is ready', () => this.greeting !== undefined, 120_000);
  }

  async stop(): Promise<void> {
    signal(-(this.#npm.pid ?? 0), 'SIGTERM');
    await ended(this.#npm);
    await waitFor('every process is gone', () => this.pids.length === 0);
    rmSync(this.state, { recursive: true, force: true });
  }
}

const inTwoYears = Date.now() + 730 * 24 * 3_600_000;

/** Ways to write an address of the simulator that a server may read as one. */
function waysToWrite(path: string): string[] {
  return [
    path,
    `/${path}`,
    `/.${path}`,
    `/v2/..${path}`,
    `/v2/%2e%2e${path}`,
    `/v2/..%2f${path.slice(1)}`,
    path.replace('cdn-cgi', 'CDN-CGI'),
    path.replace('cdn-cgi/', 'cdn-cgi%2f'),
    path.replace('cdn-cgi', '%63dn-cgi'),
    path.replace('cdn-cgi', '%2563dn-cgi'),
    path.replace('/', '\\'),
    `http://localhost${path}`,
    `http://elsewhere.example${path}`,
    `https://localhost/${path}`,
  ];
}

const triggers = ['handler/scheduled', 'local/scheduled', 'mf/scheduled'].map(
  (name) => `/cdn-cgi/${name}?time=${inTwoYears}&cron=0+*+*+*+*`,
);

describe.each([
  ['on this machine', []],
  ['for others (--host 0.0.0.0)', ['--host', '0.0.0.0']],
])('npm start %s', (_, args) => {
  let root = '';
  let started: Started;
  beforeAll(async () => {
    root = copyCheckout();
    writeFileSync(join(root, '.dev.vars'), '# mine\n', { mode: 0o644 });
    started = new Started(root, args);
    await started.ready();
  });
  afterAll(async () => {
    await started?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  test.each([...triggers, '/__scheduled', '/cdn-cgi/local/explorer', '/cdn-cgi'])(
    'serves nothing at %s',
    async (path) => {
      for (const target of waysToWrite(path)) {
        const { status, text } = await started.ask(target);
        expect([target, status]).toEqual([target, target.startsWith('\\') ? 400 : 404]);
        expect(text).not.toContain('<html');
      }
      expect(started.query('SELECT id FROM collection_runs')).toEqual([]);
    },
  );

  test('serves an object to those alone who may read it', async () => {
    const { bytes, digest } = makeBlob(Buffer.from('private'));
    const { username, password } = (started.greeting as Greeting).credential;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const origin = `http://127.0.0.1:${started.port}`;
    const path = `${origin}/v2/library/private/blobs/uploads/?digest=${digest}`;
    const pushed = await fetch(path, { method: 'POST', body: bytes, headers: { authorization } });
    expect(pushed.status).toBe(201);
    const [row] = started.query('SELECT key FROM blobs');
    for (const door of ['public', 's3']) {
      for (const target of waysToWrite(`/cdn-cgi/local/r2/${door}/orlop/${row?.key}`)) {
        const { status, text } = await started.ask(target);
        expect([target, status]).toEqual([target, target.startsWith('\\') ? 400 : 404]);
        expect(text).not.toContain('private');
      }
    }
  });

  test.each(['MF-Original-URL', 'mf-route-override', 'MF-CF-Blob', 'MF-Op', 'X-MF-Anything'])(
    'does not take the header %s',
    async (name) => {
      const { status, text } = await started.ask('/v2/', { [name]: 'http://localhost/cdn-cgi/x' });
      expect([status, text]).toEqual([400, 'headers that begin with MF- are not accepted\n']);
    },
  );

  test.skipIf(!showsSockets)(
    'has one listener; what the simulator has needs its secret',
    async () => {
      const host = args.length > 0 ? '0.0.0.0' : '127.0.0.1';
      const all = listeningAddresses(started.pids);
      expect(all).toContain(`${host}:${started.port}`);
      const others = all.filter((address) => address !== `${host}:${started.port}`);
      for (const address of others) {
        expect(address).toMatch(/^127\.0\.0\.1:/);
        for (const path of ['/', '/json/list', '/core/error', '/cdn-cgi/local/scheduled']) {
          const { status, text } = await askRaw(Number(address.split(':')[1]), path);
          expect([address, path, status, text]).toEqual([address, path, 403, 'Forbidden']);
        }
      }
      // The loopback service of Miniflare, whose secret only workerd knows.
      expect(others.length).toBeLessThanOrEqual(1);
    },
  );

  test("tells a client's address by its connection", async () => {
    const { admin } = started.greeting as Greeting;
    const headers = {
      'content-type': 'application/json',
      'cf-connecting-ip': '192.0.2.1',
      'x-forwarded-for': '192.0.2.2',
      'x-real-ip': '192.0.2.3',
      forwarded: 'for=192.0.2.4',
      'true-client-ip': '192.0.2.5',
      'x-forwarded-proto': 'https',
    };
    const { status, headers: answered } = await fetch(
      `http://127.0.0.1:${started.port}/api/v1/session`,
      { method: 'POST', headers, body: JSON.stringify(admin) },
    );
    expect(status).toBe(200);
    expect(answered.get('set-cookie')).not.toContain('Secure');
    expect(started.query('SELECT address FROM sessions')).toEqual([{ address: '127.0.0.1' }]);
  });

  test('keeps its state and its secrets from other users', () => {
    const paths = started.paths();
    expect(paths.length).toBeGreaterThan(5);
    for (const path of [...paths, join(root, '.dev.vars')]) {
      const { mode } = statSync(path);
      expect([path, (mode & 0o077).toString(8)]).toEqual([path, '0']);
    }
  });

  test.skipIf(!showsSockets)('runs the code that it was started with', async () => {
    expect(watchesFiles(started.pids)).toBe(false);
    appendFileSync(join(root, 'src/index.ts'), '\nexport const = broken;\n');
    const workerd = () => started.processes.filter(({ command }) => / serve .*entry/.test(command));
    const [before] = workerd();
    signal(before?.pid ?? 0, 'SIGKILL');
    await waitFor('workerd runs again', () => workerd().some(({ pid }) => pid !== before?.pid));
    const health = async () => (await started.ask('/healthz')).status;
    await expect.poll(health, { timeout: 60_000 }).toBe(200);
  });
});
