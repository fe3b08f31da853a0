import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const main = join(import.meta.dirname, '../../src/cli/main.ts');

test.each([
  [['foo'], 'orlop: Unknown command foo\nRun orlop --help for usage.\n'],
  [
    ['foo', '--json'],
    '{"error":"Unknown command foo","exitCode":2}\nRun orlop --help for usage.\n',
  ],
])('%j is refused in plain text, without colours', (args, line) => {
  const env = { ...process.env, FORCE_COLOR: '1', npm_command: '' };
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], { env });
  expect([status, String(stderr)]).toEqual([2, line]);
});
