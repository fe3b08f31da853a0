import type { Server } from '../server.ts';
import type { Exchange } from './proxy.ts';
import type { Outcome, Started } from './run.ts';
import { throughProxy } from './setup.ts';

/** Where a client is interrupted: after so many bytes of one body, sent or received. */
export interface Middle {
  way: 'sent' | 'received';
  bytes: number;
}

/**
 * Runs a client through a proxy and kills it (SIGKILL) in the middle of a body, the rest of which
 * does not pass. Returns how it ended, once its requests have ended at the server, too.
 */
export function killInTheMiddle(
  server: Server,
  { way, bytes }: Middle,
  startClient: (host: string) => Promise<Started>,
): Promise<Outcome> {
  const met = Promise.withResolvers<void>();
  const swallow = (exchange: Exchange) => {
    if (exchange[way] < bytes) return false;
    met.resolve();
    return true;
  };
  return throughProxy(server, { swallow }, async ({ host, idle }) => {
    const client = await startClient(host);
    const early = client.outcome.then(({ stdout, stderr }) => {
      throw new Error(`the client ended before its middle\n${stdout}\n${stderr}`);
    });
    await Promise.race([met.promise, early]);
    client.child.kill('SIGKILL');
    early.catch(() => {});
    await idle();
    return client.outcome;
  });
}
