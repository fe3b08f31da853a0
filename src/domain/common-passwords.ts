import { passwordFault } from './accounts.ts';
import { COMMON_PASSWORDS } from './common-password-list.ts';

let common: ReadonlySet<string> | undefined;

/**
 * Whether a password is among the first that a guesser tries: a common one in any case, alone, with
 * digits and signs around it, or repeated.
 */
export function isCommonPassword(password: string): boolean {
  common ??= new Set(COMMON_PASSWORDS.split(' '));
  const text = password.toLowerCase();
  const words = text.split(/[^a-z]+/).filter(Boolean);
  const word = new Set(words).size === 1 ? (words[0] ?? '') : '';
  return [text, repeatedPart(text), word, repeatedPart(word)].some((part) => common?.has(part));
}

/** Why a text may not be chosen as a user's password, a common one included; null if it may. */
export function choiceFault(password: string, userName: string): string | null {
  const common = 'this password is one of the most common: choose another';
  return passwordFault(password, userName) ?? (isCommonPassword(password) ? common : null);
}

/** The shortest text that a text repeats; the text itself if it repeats none. */
function repeatedPart(text: string): string {
  // Written twice, a text occurs again after its start: where tells the length of what it repeats.
  return text.slice(0, `${text}${text}`.indexOf(text, 1));
}
