/** The most characters of a user name. */
export const MAX_USER_NAME_LENGTH = 64;

/** The fewest and the most characters of a password. */
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 1024;

/** The beginning of every access token's secret; a password may not begin so. */
export const ACCESS_TOKEN_PREFIX = 'orlop_';

/** The beginning of a temporary login's secret; no password may begin so, either. */
export const LOGIN_PREFIX = `${ACCESS_TOKEN_PREFIX}login_`;

/** What the list of docker logins has for a temporary one, in place of the client. */
export const TEMPORARY_LOGIN = 'temporary login';

/** The user whose first password is the secret ADMIN_PASSWORD. */
export const FIRST_ADMIN_NAME = 'admin';

/** The grammar of user names; isUserName reserves some of them. */
export const USER_NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** Whether a text can be a user's name: `project-…` and `nobody` are reserved. */
export function isUserName(text: string): boolean {
  if (text.length > MAX_USER_NAME_LENGTH || !USER_NAME.test(text)) return false;
  return !text.startsWith('project-') && text !== 'nobody';
}

/** The fewest different characters of a password. */
export const MIN_DIFFERENT = 5;

/** Why a text is refused as a user's password; null if it is not. */
export function passwordFault(password: string, userName: string): string | null {
  if (password.length < MIN_PASSWORD_LENGTH) {
    return `a password must have ${MIN_PASSWORD_LENGTH} characters or more`;
  }
  if (password.length > MAX_PASSWORD_LENGTH) {
    return `a password may have at most ${MAX_PASSWORD_LENGTH} characters`;
  }
  if (new Set(password).size < MIN_DIFFERENT) {
    return `a password must have ${MIN_DIFFERENT} different characters or more`;
  }
  if (password.toLowerCase() === userName.toLowerCase()) {
    return 'the password must differ from the user name';
  }
  return password.startsWith(ACCESS_TOKEN_PREFIX)
    ? `a password may not begin with ${ACCESS_TOKEN_PREFIX}: access tokens do`
    : null;
}
