import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { vi } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { bindings } from '../../support/worker/database.ts';
import { ORIGIN, type Sent, type Who } from '../../support/worker/registry-client.ts';
import { through } from './held-database.ts';

/** An isolate of the Worker. */
export interface Isolate {
  /** How often it has asked the database. */
  trips: number;
  send(who: Who, method: string, path: string, sent?: Sent): Promise<Response>;
}

/** Another isolate: its modules are its own, and so is all that it remembers. */
export async function openIsolate(d1: D1Database = bindings.DB): Promise<Isolate> {
  vi.resetModules();
  const { createApp } = await import('../../../src/app.ts');
  const app = createApp();
  const countTrip = () => {
    isolate.trips += 1;
  };
  const env: Env = { ...bindings, DB: through(d1, countTrip) };
  const isolate: Isolate = {
    trips: 0,
    async send(who, method, path, { headers = {}, body }: Sent = {}) {
      const context = createExecutionContext();
      const authorization: Record<string, string> = who === null ? {} : { authorization: who };
      const init = { method, headers: { ...authorization, ...headers }, ...(body ? { body } : {}) };
      const response = await app.fetch(new Request(`${ORIGIN}${path}`, init), env, context);
      await waitOnExecutionContext(context);
      return response;
    },
  };
  return isolate;
}

/** How often an isolate asks the database for some work. */
export async function tripsOf(isolate: Isolate, work: () => Promise<unknown>): Promise<number> {
  const before = isolate.trips;
  await work();
  return isolate.trips - before;
}
