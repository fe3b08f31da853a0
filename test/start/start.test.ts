import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyCheckout } from '../support/checkout.ts';
import { ended, listProcesses, signal, waitFor } from '../support/processes.ts';
import { type Login, parseGreeting, type Server, startServer } from '../support/server.ts';

let root = '';
beforeAll(() => {
  root = copyCheckout();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const secretsFile = () => join(root, '.dev.vars');

function basic({ username, password }: Login) {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return { headers: { authorization } };
}

/** Pushes a blob in one request and returns its path. */
async function pushBlob({ origin, credential }: Server, body: string): Promise<string> {
  const blobs = '/v2/library/kept/blobs';
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const request = { method: 'POST', body, ...basic(credential) };
  const answer = await fetch(`${origin}${blobs}/uploads/?digest=${digest}`, request);
  expect(answer.status).toBe(201);
  return `${blobs}/${digest}`;
}

async function expectGreetingWorks(output: string): Promise<void> {
  const greeting = parseGreeting(output);
  if (!greeting) throw new Error(output);
  const status = async (path: string, login?: Login) => {
    const request = login ? basic(login) : {};
    return (await fetch(`http://${greeting.host}${path}`, request)).status;
  };
  expect(await status('/healthz')).toBe(200);
  expect(await status('/v2/')).toBe(401);
  expect(await status('/v2/', greeting.credential)).toBe(200);
  expect(await status('/v2/', greeting.admin)).toBe(200);
  for (const verb of ['tag alpine', 'push', 'pull']) {
    expect(output).toContain(`docker ${verb} ${greeting.host}/library/alpine\n`);
  }
}

async function withServer(env: Record<string, string>, use: (server: Server) => Promise<void>) {
  const server = await startServer({ root, env });
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

describe('a first start', () => {
  test.each([
    ['Ctrl+C in its terminal', (npm: number) => signal(-npm, 'SIGINT')],
    ['a signal to npm alone', (npm: number) => signal(npm, 'SIGTERM')],
  ])('npm start prints lines that work, and %s leaves nothing', async (_, end) => {
    const state = mkdtempSync(join(tmpdir(), 'orlop-state-'));
    const npm = spawn('npm', ['start', '--', '--port', '0', '--state', state], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    npm.stdout.on('data', (chunk) => {
      output += chunk;
    });
    const left = () => listProcesses().filter(({ command }) => command.includes(state));
    try {
      await waitFor('npm start is ready', () => !!parseGreeting(output), 120_000);
      await expectGreetingWorks(output);
      end(npm.pid ?? 0);
      await ended(npm);
      await waitFor('every process is gone', () => left().length === 0);
    } finally {
      for (const { pid } of left()) signal(pid, 'SIGKILL');
      rmSync(state, { recursive: true, force: true });
    }
  });

  test('makes secrets that only their owner can read', () => {
    expect(statSync(secretsFile()).mode & 0o777).toBe(0o600);
    const text = readFileSync(secretsFile(), 'utf8');
    expect(text).toMatch(/^TOKEN_KEY="[\w-]{43}"$/m);
    expect(text).toMatch(/^CREDENTIAL_KEY="[\w-]{43}"$/m);
    expect(text).toMatch(/^ADMIN_PASSWORD="[0-9a-f]{40}"$/m);
  });
});

describe('secrets', () => {
  test('a missing one is added and the others stay', async () => {
    const text = readFileSync(secretsFile(), 'utf8');
    const kept = text.replace(/^CREDENTIAL_KEY=.*\n/m, '# mine\n').trimEnd();
    writeFileSync(secretsFile(), kept);
    await withServer({}, async () => {
      const now = readFileSync(secretsFile(), 'utf8');
      expect(now.startsWith(`${kept}\n`)).toBe(true);
      expect(now.slice(kept.length)).toMatch(/^\nCREDENTIAL_KEY="[\w-]{43}"\n$/);
    });
  });

  test('ADMIN_PASSWORD of the environment counts for this run alone', async () => {
    const before = readFileSync(secretsFile(), 'utf8');
    const chosen = 'chosen $HOME "by" me';
    await withServer({ ADMIN_PASSWORD: chosen }, async (server) => {
      expect(server.admin.password).toBe(chosen);
      expect((await fetch(`${server.origin}/v2/`, basic(server.admin))).status).toBe(200);
    });
    expect(readFileSync(secretsFile(), 'utf8')).toBe(before);
  });
});

describe('the processes of a server', () => {
  test('the state survives a clean end and a power cut', async () => {
    await withServer({}, async (server) => {
      const path = await pushBlob(server, 'kept');
      for (const end of [() => server.end(), () => server.kill()]) {
        await end();
        expect(server.workerdPids()).toEqual([]);
        await server.restart();
        const answer = await fetch(server.origin + path, basic(server.credential));
        expect(await answer.text()).toBe('kept');
      }
    });
  });

  test('end with the start script, even when that is killed alone', async () => {
    await withServer({}, async (server) => {
      expect(server.workerdPids().length).toBeGreaterThan(0);
      signal(server.pid, 'SIGKILL');
      await waitFor('workerd is gone', () => server.workerdPids().length === 0);
      await server.restart();
    });
  });

  test('end with wrangler, and the start script says so by its status', async () => {
    await withServer({}, async (server) => {
      const wrangler = listProcesses().find(
        ({ parent, command }) => parent === server.pid && command.includes('wrangler'),
      );
      if (!wrangler) throw new Error('wrangler is not running');
      signal(wrangler.pid, 'SIGKILL');
      await waitFor('workerd is gone', () => server.workerdPids().length === 0);
      await waitFor('the script has ended', () => server.exitStatus() !== null);
      expect(server.exitStatus()).toBe(1);
    });
  });
});
