import { request } from 'node:http';

const MINUTE = 60_000;

/** The Cron Triggers of wrangler.toml: all scheduled work, and the search for events that wait. */
const CRONS = { sweep: '0 * * * *', findEvents: '*/5 * * * *' } as const;

/** Where Miniflare calls the Worker's scheduled handler. */
const TRIGGER = '/cdn-cgi/local/scheduled';

/**
 * Calls the Worker's scheduled handler, and waits for its end.
 * @throws Error when it failed; its error is in the log
 */
export async function fireSchedule(socketPath: string, work: keyof typeof CRONS): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const headers = { host: 'localhost' };
  const path = `${TRIGGER}?${new URLSearchParams({ cron: CRONS[work] })}`;
  const trigger = request({ socketPath, path, headers, agent: false }, (answer) => {
    answer.resume().once('end', () => resolve(answer.statusCode));
    answer.once('error', reject);
  });
  trigger.once('error', reject).end();
  if ((await promise) !== 200) throw new Error('the scheduled work failed');
}

interface Sweeper {
  sweep(): Promise<void>;
  findEvents(): Promise<void>;
}

/**
 * Does the scheduled work as Cron Triggers do, and looks for events at once: the server may have
 * been ended while some waited. Ends with the process.
 */
export function runSchedule(runtime: Sweeper): void {
  const findEvents = () => void runtime.findEvents().catch(() => {});
  setInterval(() => runtime.sweep().catch(() => {}), 60 * MINUTE).unref();
  setInterval(findEvents, 5 * MINUTE).unref();
  findEvents();
}

/** Does the scheduled work when the parent process asks, over the channel that it opened. */
export function sweepOnMessage(runtime: Pick<Sweeper, 'sweep'>): void {
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
