/** Exit statuses, for scripts; `orlop --help` lists them. */
export const EXIT = {
  ok: 0,
  /** Network, registry or disk. */
  failed: 1,
  /** Wrong command line. */
  usage: 2,
  /** Not signed in, or not allowed. */
  denied: 3,
  /** No such image, or no such platform of it. */
  missing: 4,
  /** An archive or a response that is corrupt. */
  corrupt: 5,
  /** Ctrl+C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure whose message alone is shown to the user. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
