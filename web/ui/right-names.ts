/** The rights of access tokens, each with the key of its name. */
export const RIGHT_NAMES = {
  read: 'tokens.read',
  write: 'tokens.write',
  delete: 'tokens.delete',
} as const;
