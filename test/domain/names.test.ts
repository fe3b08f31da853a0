import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatRepositoryName,
  isRepositoryName,
  isWorkspaceName,
  parseRepositoryName,
} from '../../src/domain/names.ts';
import { garbage, repositoryName, textOf } from './support/arbitraries.ts';
import { allowRefusal, catchError } from './support/catch-error.ts';
import { cpuTime } from './support/cpu-time.ts';

test.each([
  ['library/ubuntu', 'library', 'ubuntu'],
  ['a/b', 'a', 'b'],
  ['0/1', '0', '1'],
  ['team/a/b/c', 'team', 'a/b/c'],
  ['a.b/c_d', 'a.b', 'c_d'],
  ['a__b/c---d', 'a__b', 'c---d'],
  ['a-b.c_d__e/f', 'a-b.c_d__e', 'f'],
])('%s is workspace %s and image %s', (text, workspace, image) => {
  expect(parseRepositoryName(text)).toEqual({ workspace, image });
});

test.each([
  '',
  '/',
  'a/',
  '/a/b',
  'a/b/',
  'a//b',
  '.',
  'a/.',
  '..',
  'a/..',
  '../a/b',
  'a/../b',
  'a/./b',
  'a/%2e%2e/b',
  'a/b%2fc',
  'a\\b/c',
  'A/b',
  'a/B',
  'a/b c',
  ' a/b',
  'a/b\n',
  'a/b\0',
  'ä/b',
  'a/bé',
  'a/-b',
  'a/b-',
  'a/_b',
  'a/b_',
  'a/.b',
  'a/b.',
  'a/b..c',
  'a/b___c',
  'a/b._c',
  'a/b-_c',
  'a/b-.c',
  'localhost:5000/a/b',
  'a/b:latest',
  'a/b@sha256',
])('%j is not a repository name', (text) => {
  expect(catchError(() => parseRepositoryName(text))).toMatchObject({
    code: 'NAME_INVALID',
    status: 400,
  });
  expect(isRepositoryName(text)).toBe(false);
});

test('the refusal of a name without a workspace says what to write', () => {
  const error = catchError(() => parseRepositoryName('ubuntu'));
  expect(error.code).toBe('DENIED');
  expect(error.message).toContain('library/ubuntu');
});

test('every name of the grammar is parsed, and formatted to the same text', () => {
  fc.assert(
    fc.property(repositoryName, (text) => {
      const name = parseRepositoryName(text);
      expect(formatRepositoryName(name)).toBe(text);
      expect(isRepositoryName(text)).toBe(true);
      expect(isWorkspaceName(name.workspace)).toBe(true);
    }),
  );
});

/** The specification's grammar, written without its regular expression. */
function isOfTheGrammar(text: string): boolean {
  return text.split('/').every((part) => {
    const separators = part.split(/[a-z0-9]+/);
    const between = separators.slice(1, -1);
    return (
      separators.length > 1 &&
      separators[0] === '' &&
      separators.at(-1) === '' &&
      between.every((s) => s === '.' || s === '_' || s === '__' || s === '-'.repeat(s.length))
    );
  });
}

test('a text is accepted exactly if the grammar allows it', () => {
  fc.assert(
    fc.property(textOf('aab0._-/A%', { minLength: 0, maxLength: 9 }), (text) => {
      expect(isRepositoryName(text)).toBe(isOfTheGrammar(text) && text.includes('/'));
      expect(isWorkspaceName(text)).toBe(isOfTheGrammar(text) && !text.includes('/'));
    }),
    { numRuns: 2000 },
  );
});

test('a valid name with one foreign character in it is refused', () => {
  const foreign = fc.constantFrom(...'ABZ %:@+*?#&=~!"\'\\\0\n\u00e4\u2044\uff0f');
  fc.assert(
    fc.property(repositoryName, foreign, fc.nat(), (name, character, n) => {
      const at = n % (name.length + 1);
      const text = name.slice(0, at) + character + name.slice(at);
      expect(catchError(() => parseRepositoryName(text)).code).toBe('NAME_INVALID');
    }),
  );
});

test('255 characters with the workspace are accepted, 256 are not', () => {
  fc.assert(
    fc.property(repositoryName, (name) => {
      const longest = name.padEnd(255, 'a');
      expect(formatRepositoryName(parseRepositoryName(longest))).toBe(longest);
      const error = catchError(() => parseRepositoryName(`${longest}a`));
      expect(error.code).toBe('NAME_INVALID');
      expect(error.message).toMatch(/255.*256/);
      expect(isRepositoryName(`${longest}a`)).toBe(false);
    }),
  );
});

test('garbage is refused with a 4xx', () => {
  fc.assert(fc.property(garbage, (text) => allowRefusal(() => parseRepositoryName(text))));
});

test('isRepositoryName agrees with parseRepositoryName', () => {
  const texts = fc.oneof(repositoryName, textOf('ab._-/', { minLength: 0, maxLength: 8 }), garbage);
  fc.assert(
    fc.property(texts, (text) => {
      if (isRepositoryName(text)) parseRepositoryName(text);
      else catchError(() => parseRepositoryName(text));
    }),
  );
});

test.each(['a-'.repeat(127), `a/${'a'.repeat(252)}_`, '-'.repeat(255), '/'.repeat(1e6)])(
  'a long text that is almost a name is refused quickly',
  (text) => {
    expect(cpuTime(() => catchError(() => parseRepositoryName(text)))).toBeLessThan(100);
  },
);
