import { randomBytes } from 'node:crypto';

/** The secrets that the Worker requires, each with what makes a new value. */
export const secretMakers = {
  TOKEN_KEY: () => randomBytes(32).toString('base64url'),
  CREDENTIAL_KEY: () => randomBytes(32).toString('base64url'),
  /** Hexadecimal: never starts with a dash, and a double click selects all of it. */
  ADMIN_PASSWORD: () => randomBytes(20).toString('hex'),
} as const satisfies Record<string, () => string>;

/** The name of a secret. */
export type SecretName = keyof typeof secretMakers;

/** Names of all secrets, in the order they are written. */
export const secretNames = Object.keys(secretMakers) as SecretName[];
