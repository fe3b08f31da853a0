import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatScope,
  MAX_SCOPES,
  parseScopes,
  REPOSITORY_ACTIONS,
  type Scope,
} from '../../src/domain/scopes.ts';
import { garbage, repositoryName, textOf } from './support/arbitraries.ts';
import { cpuTime } from './support/cpu-time.ts';

const catalog: Scope = { type: 'registry', name: 'catalog', actions: ['*'] };

const scope: fc.Arbitrary<Scope> = fc
  .oneof(
    { weight: 9, arbitrary: fc.tuple(repositoryName, fc.subarray([...REPOSITORY_ACTIONS])) },
    { weight: 1, arbitrary: fc.constant(null) },
  )
  .map((pair) => (pair ? { type: 'repository', name: pair[0], actions: pair[1] } : catalog));

const distinct = fc.uniqueArray(scope, { selector: (one) => one.name, maxLength: 20 });

test('formatted scopes are parsed to the same, in one text or several', () => {
  fc.assert(
    fc.property(distinct, (scopes) => {
      const texts = scopes.map(formatScope);
      expect(parseScopes(texts)).toEqual(scopes);
      expect(parseScopes([texts.join(' ')])).toEqual(scopes);
    }),
  );
});

test.each([
  ['repository:a/b:pull', ['pull']],
  ['repository:a/b:push,pull', ['pull', 'push']],
  ['repository:a/b:pull,pull', ['pull']],
  ['repository:a/b:*', ['pull', 'push', 'delete']],
  ['repository:a/b:delete,unknown', ['delete']],
  ['repository:a/b:', []],
  ['repository:a/b:PULL', []],
  ['repository(plugin):a/b:pull', ['pull']],
  ['repository():a/b:pull', ['pull']],
])('%s asks for %j', (text, actions) => {
  expect(parseScopes([text])).toEqual([{ type: 'repository', name: 'a/b', actions }]);
});

test.each(['registry:catalog:*', 'registry:catalog:pull'])('%s asks for the catalog', (text) => {
  expect(parseScopes([text])).toEqual([catalog]);
});

test.each([
  '',
  ' ',
  ':',
  '::',
  ':::',
  'repository',
  'repository:a/b',
  'repository::pull',
  ':a/b:pull',
  'repository:ubuntu:pull',
  'repository:A/b:pull',
  'repository:a/../b:pull',
  'repository:localhost:5000/a/b:pull',
  'repository:registry.example:5000/a:pull',
  'repository(plugin:a/b:pull',
  '(plugin):a/b:pull',
  'Repository:a/b:pull',
  'registry:other:*',
  'registry:catalog',
  'volume:a/b:pull',
  `repository:a/${'b'.repeat(254)}:pull`,
])('%j is an unknown scope and left out', (text) => {
  expect(parseScopes([text, 'repository:c/d:pull'])).toEqual([
    { type: 'repository', name: 'c/d', actions: ['pull'] },
  ]);
});

test('scopes of one repository are merged, in any order', () => {
  const actions = fc.array(fc.subarray([...REPOSITORY_ACTIONS]), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(repositoryName, actions, (name, lists) => {
      const texts = lists.map((list) => `repository:${name}:${list.join(',')}`);
      const all = REPOSITORY_ACTIONS.filter((action) => lists.flat().includes(action));
      const merged = [{ type: 'repository', name, actions: all }];
      expect(parseScopes(texts)).toEqual(merged);
      expect(parseScopes(texts.reverse())).toEqual(merged);
    }),
  );
});

test('repositories keep the order of their first request', () => {
  const texts = ['repository:b/b:pull', 'repository:a/a:pull', 'repository:b/b:push'];
  expect(parseScopes(texts).map(formatScope)).toEqual([
    'repository:b/b:pull,push',
    'repository:a/a:pull',
  ]);
});

test('of too many scopes a token has the first, with all their actions', () => {
  const many = Array.from({ length: MAX_SCOPES + 5 }, (_, n) => `repository:a/b${n}:pull`);
  const scopes = parseScopes([...many, 'repository:a/b0:push']);
  expect(scopes.map((one) => one.name)).toEqual(
    Array.from({ length: MAX_SCOPES }, (_, n) => `a/b${n}`),
  );
  expect(scopes[0]?.actions).toEqual(['pull', 'push']);
});

test('garbage never throws, and every scope found in it is a known one', () => {
  const text = fc.oneof(
    garbage,
    textOf('repositoy:(),*pul ab/', { minLength: 0, maxLength: 30 }),
    garbage.map((name) => `repository:${name}:pull`),
  );
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const scopes = parseScopes(texts);
      expect(parseScopes(scopes.map(formatScope))).toEqual(scopes);
    }),
  );
});

test.each(['(', '()', ':', ',', ' ', 'repository('])(
  '64 KiB of %j are left out quickly',
  (part) => {
    const text = `${part.repeat(65536 / part.length)}:a/b:pull`;
    expect(cpuTime(() => expect(parseScopes([text])).toEqual([]))).toBeLessThan(400);
  },
);
