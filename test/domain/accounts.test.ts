import { expect, test } from 'vitest';
import { isUserName, passwordFault } from '../../src/domain/accounts.ts';

test.each(['mei', 'a', '0', 'li.wei', 'a_b-c.d', 'projects', 'project', 'x'.repeat(64)])(
  '%s can be a user name',
  (name) => {
    expect(isUserName(name)).toBe(true);
  },
);

test.each([
  '',
  'Mei',
  '.mei',
  '-mei',
  '_mei',
  'me i',
  'mei@home',
  'mei:x',
  '李',
  'mei\n',
  'nobody',
  'project-1',
  'project-x',
  'x'.repeat(65),
])('%j cannot be a user name', (name) => {
  expect(isUserName(name)).toBe(false);
});

test.each([
  ['correct horse', 'mei'],
  ['              äöü xyz', 'mei'],
  ['密码密码一二三四五六七八', 'mei'],
  [`${'x'.repeat(1000)}abcde`, 'mei'],
  ['li.wei.the.first!', 'li.wei.the.first'],
])('%j may be a password', (password, name) => {
  expect(passwordFault(password, name)).toBeNull();
});

test.each([
  ['elevenchars', 'mei', /12 characters or more/],
  [`${'x'.repeat(1024)}abcde`, 'mei', /at most 1024/],
  ['abababababab', 'mei', /5 different/],
  ['li.wei.the.first', 'li.wei.the.first', /user name/],
  ['LI.wei.the.FIRST', 'li.wei.the.first', /user name/],
  ['orlop_and-more', 'mei', /orlop_/],
])('%j may not be the password of %s', (password, name, why) => {
  expect(passwordFault(password, name)).toMatch(why);
});
