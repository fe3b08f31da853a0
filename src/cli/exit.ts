/** How the command ends, for scripts; `orlop --help` shows the table. */
export const EXIT = {
  ok: 0,
  /** The network, the registry or the disk. */
  failed: 1,
  /** The command line. */
  usage: 2,
  /** Not signed in, or not allowed. */
  denied: 3,
  /** No such image, or no such platform of it. */
  missing: 4,
  /** An archive or an answer that is not what it should be. */
  corrupt: 5,
  /** Ctrl+C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure whose message is all that the person has to see. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
