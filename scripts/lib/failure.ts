/** A problem that the user can fix; its message is all they need to see. */
export class Failure extends Error {}

/** The first line of an error's message, or of any other thrown value. */
export function describeError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}

/** Runs a script's main function; an error becomes one line on stderr and exit status 1. */
export async function runMain(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`orlop: ${describeError(error)}`);
    process.exitCode = 1;
  }
}
