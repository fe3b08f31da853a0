/** Arguments that several commands share. */
export const PLAIN_HTTP = {
  type: 'boolean',
  description: 'Use http instead of https (always used for this machine)',
} as const;

export const JSON_OUTPUT = {
  type: 'boolean',
  description: 'Print one line of JSON and no progress',
} as const;

export const HOST = {
  type: 'positional',
  required: true,
  description: 'Registry host, such as registry.example',
} as const;
