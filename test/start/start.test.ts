import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimPort } from '../../scripts/lib/network.ts';
import { Sending } from '../faults/support/wire.ts';
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

/** What a server answers as soon as it takes connections. */
async function firstAnswer(url: string): Promise<Response> {
  let answer: Response | undefined;
  await expect
    .poll(async () => (answer = await fetch(url).catch(() => undefined)), { timeout: 60_000 })
    .toBeDefined();
  return answer as Response;
}

/** Begins an upload and returns where it continues. */
async function beginUpload({ origin, credential }: Server): Promise<string> {
  const path = `${origin}/v2/library/kept/blobs/uploads/`;
  const answer = await fetch(path, { method: 'POST', ...basic(credential) });
  expect(answer.status).toBe(202);
  return answer.headers.get('location') ?? '';
}

/** Pushes a blob that fits in no buffer, and pulls it up to its headers. */
async function beginPull(server: Server): Promise<Response> {
  const path = await pushBlob(server, 'pulled'.repeat(12_000_000));
  const pull = await fetch(server.origin + path, basic(server.credential));
  expect(pull.status).toBe(200);
  return pull;
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
  expect(await status('/v2/', greeting.admin)).toBe(403);
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
      expect(output).toMatch(
        /Migrating the database …\n(?:.*\n)*Starting the registry …\n(?:.*\n)*Orlop is ready at/,
      );
      expect(output).toMatch(
        /ready at http:\S+ - open this address and sign in:\n {2}admin user: admin\n/,
      );
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
      const me = await fetch(`${server.origin}/api/v1/session`, basic(server.admin));
      expect(await me.json()).toMatchObject({ name: 'admin', mustChangePassword: true });
      expect((await fetch(`${server.origin}/v2/`, basic(server.admin))).status).toBe(403);
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

  test('listen at once, and tell clients to come back until they are ready', async () => {
    const port = await claimPort('127.0.0.1', 0);
    const starting = startServer({ root, port });
    const first = await firstAnswer(`http://127.0.0.1:${port}/v2/`);
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '2']);
    const { errors } = (await first.json()) as { errors: { code: string }[] };
    expect(errors.map(({ code }) => code)).toEqual(['UNAVAILABLE']);
    const server = await starting;
    expect((await fetch(`${server.origin}/v2/`)).status).toBe(401);
    await server.stop();
  });

  test('are started again when workerd crashes, and requests are told to come back', async () => {
    await withServer({}, async (server) => {
      const location = await beginUpload(server);
      const patch = new Sending(server, 'PATCH', location, { 'content-length': 1000 });
      await patch.write(Buffer.alloc(10));
      const patchOfApi = new Sending(server, 'PATCH', '/api/v1/settings', {
        'content-type': 'application/json',
        'content-length': 1000,
      });
      await patchOfApi.write(Buffer.from('{'));
      // Both are with the Worker once it has answered a later one.
      expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
      const pull = await beginPull(server);
      const [pid = 0] = server.workerdPids();
      signal(pid, 'SIGKILL');

      await expect(pull.arrayBuffer()).rejects.toThrow();
      const cut = await patch.answer;
      expect([cut.status, cut.headers['content-type']]).toEqual([503, 'application/json']);
      expect(cut.headers['retry-after']).toMatch(/^\d+$/);
      expect(JSON.parse(cut.body.toString()).errors[0].code).toBe('UNAVAILABLE');
      const problem = await patchOfApi.answer;
      expect([problem.status, problem.headers['content-type']]).toEqual([
        503,
        'application/problem+json',
      ]);
      expect(JSON.parse(problem.body.toString())).toMatchObject({
        status: 503,
        code: 'unavailable',
        instance: '/api/v1/settings',
      });
      const health = async () => (await fetch(`${server.origin}/healthz`)).status;
      await expect.poll(health, { timeout: 60_000 }).toBe(200);
      expect(server.workerdPids()).not.toContain(pid);
      expect(server.output()).toContain('workerd crashed and is started again');
      const whole = await new Sending(server, 'PATCH', location).end(Buffer.alloc(1000));
      expect(whole.status).toBe(202);
    });
  });
});
