/** Characters a person's user name has at most. */
export const MAX_USER_NAME_LENGTH = 64;

/** Characters a password has at least, and at most. */
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 1024;

/** How an access token's secret begins; so no password may. */
export const ACCESS_TOKEN_PREFIX = 'orlop_';

/** The grammar of user names, without what isUserName leaves out besides. */
export const USER_NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** Whether a text can name a person: `project-…` belongs to projects, `nobody` to nobody. */
export function isUserName(text: string): boolean {
  if (text.length > MAX_USER_NAME_LENGTH || !USER_NAME.test(text)) return false;
  return !text.startsWith('project-') && text !== 'nobody';
}

/** Different characters a password has at least. */
const MIN_DIFFERENT = 5;

/** Why a text may not be a user's password, or null when it may. */
export function passwordFault(password: string, userName: string): string | null {
  if (password.length < MIN_PASSWORD_LENGTH) {
    return `a password has ${MIN_PASSWORD_LENGTH} characters or more`;
  }
  if (password.length > MAX_PASSWORD_LENGTH) {
    return `a password has at most ${MAX_PASSWORD_LENGTH} characters`;
  }
  if (new Set(password).size < MIN_DIFFERENT) {
    return `a password has ${MIN_DIFFERENT} different characters or more`;
  }
  if (password.toLowerCase() === userName.toLowerCase()) {
    return 'the user name is no password';
  }
  return password.startsWith(ACCESS_TOKEN_PREFIX)
    ? `a password does not begin with ${ACCESS_TOKEN_PREFIX}: access tokens do`
    : null;
}
