/** `npm run dev`, for work on the registry. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyCheckout } from '../support/checkout.ts';
import { ended, listProcesses, signal, waitFor } from '../support/processes.ts';
import { parseGreeting } from '../support/server.ts';

let root = '';
let state = '';
beforeEach(() => {
  root = copyCheckout();
  state = mkdtempSync(join(tmpdir(), 'orlop-state-'));
});
afterEach(() => {
  for (const folder of [root, state]) rmSync(folder, { recursive: true, force: true });
});

test('npm run dev serves what is written in src, and runs the scheduled work when asked', async () => {
  const npm = spawn('npm', ['run', 'dev', '--', '--port', '0', '--state', state], {
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
    await waitFor('npm run dev is ready', () => !!parseGreeting(output), 120_000);
    const origin = `http://${parseGreeting(output)?.host}`;
    const trigger = await fetch(`${origin}/cdn-cgi/local/scheduled?cron=0+*+*+*+*`);
    expect(trigger.status).toBe(200);

    const path = join(root, 'src/domain/errors.ts');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace("'authentication required'", "'changed while it runs'"));
    const message = () => fetch(`${origin}/v2/`).then((answer) => answer.text(), String);
    await expect.poll(message, { timeout: 60_000 }).toContain('changed while it runs');
    signal(-(npm.pid ?? 0), 'SIGINT');
    await ended(npm);
    await waitFor('every process is gone', () => left().length === 0);
  } finally {
    for (const { pid } of left()) signal(pid, 'SIGKILL');
  }
});
