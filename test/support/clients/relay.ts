import type { Orlop } from './orlop.ts';
import { waitFor } from './wait.ts';

/** A relay under way. */
export interface RunningRelay {
  /** `localhost:PORT`, in place of the registry's host in an image address. */
  readonly host: string;
  /** Ends it as Ctrl+C does. */
  stop(): Promise<void>;
}

/** Starts `orlop relay` on a free port and waits until it says where it is. */
export async function startRelay(
  orlop: Orlop,
  host: string,
  args: readonly string[] = [],
): Promise<RunningRelay> {
  const { child, outcome } = orlop.start(['relay', host, '--port', '0', '--json', ...args]);
  let printed = '';
  child.stdout?.on('data', (text) => {
    printed += text;
  });
  await waitFor('the relay', () => {
    if (child.exitCode !== null) throw new Error(`the relay ended with ${child.exitCode}`);
    return printed.includes('\n');
  });
  return {
    host: (JSON.parse(printed) as { address: string }).address,
    stop: async () => {
      child.kill('SIGINT');
      await outcome;
    },
  };
}
