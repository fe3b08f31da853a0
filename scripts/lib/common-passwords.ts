import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIN_DIFFERENT, MIN_PASSWORD_LENGTH } from '../../src/domain/accounts.ts';
import { projectRoot } from './project.ts';

/** Words that passwords are made from: the most common ones only. */
const MOST_COMMON = 3000;
const WORD = /^[a-z]{5,}$/;

const source = join(projectRoot, 'node_modules/@zxcvbn-ts/language-common/src/passwords.json');

/** The text of src/domain/common-password-list.ts, from the package that keeps the list. */
export function formatList(): string {
  const all = JSON.parse(readFileSync(source, 'utf8')) as string[];
  const words = all.slice(0, MOST_COMMON).filter((password) => WORD.test(password));
  const long = all.filter(
    (password) => password.length >= MIN_PASSWORD_LENGTH && new Set(password).size >= MIN_DIFFERENT,
  );
  const list = [...new Set([...long, ...words])].join(' ');
  return `/**
 * Common passwords in lower case, separated by spaces: those that are long enough to be a password
 * here, and the most common words. Written by \`npm run common-passwords\`.
 */
export const COMMON_PASSWORDS =
  '${list}';
`;
}
