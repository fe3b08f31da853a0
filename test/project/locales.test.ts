import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ARCHIVE_ERRORS } from '../../src/archive/errors.ts';
import { ERRORS } from '../../src/domain/errors.ts';
import { messages as en } from '../../web/locales/en/index.ts';
import { messages as zh } from '../../web/locales/zh/index.ts';

const web = fileURLToPath(new URL('../../web', import.meta.url));

/** Every text of a language by its key, `images.title`. */
function flatten(texts: object, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === 'string' ? [[prefix + name, value]] : flatten(value, `${prefix}${name}.`),
  );
}

const english = new Map(flatten(en));
const chinese = new Map(flatten(zh));

/** What the console is written in, without its texts. */
const source = readdirSync(web, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('locales/'))
  .map((file) => readFileSync(`${web}/${file}`, 'utf8'))
  .join('\n');

/** Whether the code names a key, or the beginning of keys that it completes: `errors.${code}`. */
function isUsed(key: string): boolean {
  const name = key.replace(/_(one|other)$/, '');
  if (source.includes(`'${name}'`)) return true;
  const parts = [...name.matchAll(/[.-]?(?=[A-Z.]|$)/g)].map(({ index }) => name.slice(0, index));
  return parts.some((part) => part && new RegExp(`\`${part}\\.?\\$\\{`).test(source));
}

const variables = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name);

test('both languages have the same texts', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
});

test('no text is left over that the console does not show', () => {
  expect([...english.keys()].filter((key) => !isUsed(key))).toEqual([]);
});

test('a text takes the same values in both languages', () => {
  for (const [key, text] of english) {
    expect(variables(chinese.get(key) ?? '').sort(), key).toEqual(variables(text).sort());
  }
});

test('no text is empty, and a Chinese one without Chinese is a name or a command', () => {
  for (const [key, text] of chinese) {
    expect(text.trim(), key).not.toBe('');
    if (!/\p{Script=Han}/u.test(text)) expect(text, key).toBe(english.get(key));
  }
});

test('every error of the API has a sentence', () => {
  const codes = Object.keys(ERRORS).map((code) => code.toLowerCase().replaceAll('_', '-'));
  const own = ['title', 'offline', 'part'];
  expect(Object.keys(en.errors).sort()).toEqual([...codes, ...own].sort());
});

test('every error of an archive has a sentence', () => {
  expect(Object.keys(en.upload.errors).sort()).toEqual(Object.keys(ARCHIVE_ERRORS).sort());
});
