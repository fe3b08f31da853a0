import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatList } from '../../scripts/lib/common-passwords.ts';
import { isCommonPassword } from '../../src/domain/common-passwords.ts';

test.each([
  'administrator',
  'Administrator',
  'qwertyuiop123',
  '1qaz2wsx3edc4rfv',
  '123456789012',
  'passwordpassword',
  'Password123456',
  '!!Football2026',
  'monkey monkey monkey',
  '2026-Letmein!!',
  'dragon.dragon.',
])('%s is common', (password) => {
  expect(isCommonPassword(password)).toBe(true);
});

test.each([
  'correct horse',
  'a password of the tests',
  'password for team seven',
  '密码密码一二三四五六七八',
  'b7f3a9c1e2d40586b7f3',
  'xk3mQ9vTr2Lp',
  '48-15-16-23-42!',
])('%s is not', (password) => {
  expect(isCommonPassword(password)).toBe(false);
});

test('a long password takes no long time', () => {
  expect(isCommonPassword(`${'ab'.repeat(511)}c`)).toBe(false);
});

test('the list is that of the package', () => {
  const kept = new URL('../../src/domain/common-password-list.ts', import.meta.url);
  expect(readFileSync(kept, 'utf8')).toBe(formatList());
});
