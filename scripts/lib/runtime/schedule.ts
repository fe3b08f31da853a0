import { request } from 'node:http';

const HOUR = 3_600_000;

/** Where Miniflare calls the Worker's scheduled handler. */
const TRIGGER = '/cdn-cgi/local/scheduled?cron=0+*+*+*+*';

/**
 * Calls the Worker's scheduled handler, and waits for its end.
 * @throws Error when it failed; its error is in the log
 */
export async function fireSchedule(socketPath: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const headers = { host: 'localhost' };
  const trigger = request({ socketPath, path: TRIGGER, headers, agent: false }, (answer) => {
    answer.resume().once('end', () => resolve(answer.statusCode));
    answer.once('error', reject);
  });
  trigger.once('error', reject).end();
  if ((await promise) !== 200) throw new Error('the scheduled work failed');
}

interface Sweeper {
  sweep(): Promise<void>;
}

/** Does the scheduled work every hour, as a Cron Trigger does. Ends with the process. */
export function runSchedule(runtime: Sweeper): void {
  setInterval(() => runtime.sweep().catch(() => {}), HOUR).unref();
}

/** Does the scheduled work when the parent process asks, over the channel that it opened. */
export function sweepOnMessage(runtime: Sweeper): void {
  process.on('message', async (message) => {
    if (message !== 'sweep') return;
    const failed = await runtime.sweep().then(
      () => null,
      (error: unknown) => String(error),
    );
    process.send?.({ swept: failed === null, failed });
  });
  process.channel?.unref();
}
