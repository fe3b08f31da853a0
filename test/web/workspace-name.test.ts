import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newWorkspace } from '../../src/api/contracts/workspaces.ts';
import { faultOfName } from '../../web/forms/workspaces/workspace-name.ts';
import { textOf } from '../domain/support/arbitraries.ts';

const SHORT = { minLength: 0, maxLength: 12 };

const takes = (name: string) => newWorkspace.safeParse({ name, access: 'private' }).success;

test('the form rejects exactly the names that the server rejects', () => {
  const name = fc.oneof(textOf('abz09._-', SHORT), textOf('aA ./é', SHORT), fc.string());
  fc.assert(
    fc.property(name, (text) => {
      expect(faultOfName(text) === null, text).toBe(takes(text));
    }),
  );
});

test.each([
  ['', 'empty'],
  ['Team', 'letters'],
  ['a..b', 'letters'],
  ['a'.repeat(129), 'long'],
  ['a'.repeat(128), null],
  ...['admin', 'api', 'assets', 'cdn-cgi', 'console', 'docs', 'healthz', 'help', 'login'].map(
    (name) => [name, 'reserved'] as const,
  ),
  ...['orlop', 'settings', 'token', 'v1', 'v2', 'v3'].map((name) => [name, 'reserved'] as const),
  ...['metrics', 'mirror', 'pick', 'aged0', 'aged30'].map((name) => [name, 'reserved'] as const),
  ...['at-2026-11-30', 'at-20261130', 'at-2026-11-30t10-11'].map(
    (name) => [name, 'reserved'] as const,
  ),
  ...['aged', 'aged-30', 'aged30days', 'managed30', 'at-home', 'at-2026', 'pick-one'].map(
    (name) => [name, null] as const,
  ),
] as const)('%j: %s', (name, fault) => {
  expect(faultOfName(name)).toBe(fault);
  expect(takes(name)).toBe(fault === null);
});
