/** Options that several commands have. */
export const PLAIN_HTTP = {
  type: 'boolean',
  description: 'Speak http; hosts of this machine are spoken to so anyway',
} as const;

export const JSON_OUTPUT = {
  type: 'boolean',
  description: 'Print one line of JSON, and no progress',
} as const;

export const HOST = {
  type: 'positional',
  required: true,
  description: 'The registry: registry.example',
} as const;
