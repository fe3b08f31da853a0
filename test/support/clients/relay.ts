import type { Server } from '../server.ts';
import type { Orlop } from './orlop.ts';
import type { ClientProxy, ProxyOptions } from './proxy.ts';
import { throughProxy } from './setup.ts';
import { waitFor } from './wait.ts';

/** A running relay. */
interface RunningRelay {
  /** `localhost:PORT`, in place of the registry's host in an image address. */
  readonly host: string;
  /** Ends it as Ctrl+C does. */
  stop(): Promise<void>;
}

/** Starts `orlop relay` on a free port and waits until it prints its address. */
async function startRelay(
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

/** Runs steps with a relay to the server behind a proxy, where `orlop` is signed in first. */
export async function throughRelay<T>(
  { server, orlop }: { readonly server: Server; readonly orlop: Orlop },
  options: ProxyOptions,
  args: readonly string[],
  steps: (relay: string, proxy: ClientProxy) => Promise<T>,
): Promise<T> {
  return await throughProxy(server, options, async (proxy) => {
    await orlop.login(proxy.host, server.credential);
    const relay = await startRelay(orlop, proxy.host, args);
    try {
      return await steps(relay.host, proxy);
    } finally {
      await relay.stop();
    }
  });
}
