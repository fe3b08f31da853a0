import { afterAll, beforeAll } from 'vitest';
import { type Server, startServer } from '../server.ts';
import { type ClientProxy, type ProxyOptions, startProxy } from './proxy.ts';
import { makeScratch, type Scratch } from './scratch.ts';

/** Something that a suite starts before its tests and stops after them. */
interface Held<T> {
  /** Available inside a test or a hook. */
  readonly current: T;
}

/** A server for the tests of a suite, with only the first data. */
export function useServer(): Held<Server> {
  return hold(
    () => startServer(),
    (server) => server.stop(),
  );
}

/** A temporary folder for the tests of a suite. */
export function useScratch(): Held<Scratch> {
  return hold(makeScratch, (scratch) => scratch.remove());
}

/** Starts something before the tests of the suite and stops it after them. */
export function hold<T>(start: () => Promise<T>, stop: (thing: T) => Promise<void>): Held<T> {
  let held: { thing: T } | undefined;
  beforeAll(async () => {
    held = { thing: await start() };
  });
  afterAll(async () => {
    if (held) await stop(held.thing);
  });
  return {
    get current() {
      if (!held) throw new Error('not started yet: use it inside a test');
      return held.thing;
    },
  };
}

/** Runs steps with a proxy in front of the server, and stops the proxy afterwards. */
export async function throughProxy<T>(
  server: Server,
  options: ProxyOptions,
  steps: (proxy: ClientProxy) => Promise<T>,
): Promise<T> {
  const proxy = await startProxy(server, options);
  try {
    return await steps(proxy);
  } finally {
    await proxy.stop();
  }
}
