import { createExecutionContext } from 'cloudflare:test';
import { createApp } from '../../../src/app.ts';
import type { Env } from '../../../src/env.ts';
import { bindings } from './database.ts';
import { ORIGIN, type Sent, type Who } from './registry-client.ts';

const app = createApp();

/** As `send`, with some bindings replaced. */
export async function sendTo(
  change: Partial<Record<keyof Env, unknown>>,
  who: Who,
  method: string,
  path: string,
  { headers = {}, body }: Sent = {},
): Promise<Response> {
  const authorization: Record<string, string> = who === null ? {} : { authorization: who };
  const init = { method, headers: { ...authorization, ...headers }, ...(body ? { body } : {}) };
  const request = new Request(`${ORIGIN}${path}`, init);
  return await app.fetch(request, { ...bindings, ...change } as Env, createExecutionContext());
}

/** A rate limit that takes the first `limit` requests of each key, and notes the keys. */
export function fixedLimit(limit: number): RateLimit & { readonly keys: string[] } {
  const keys: string[] = [];
  return {
    keys,
    async limit({ key }) {
      keys.push(key);
      return { success: keys.filter((other) => other === key).length <= limit };
    },
  };
}

/** D1, and how many statements were prepared on it. */
export function countingDatabase(): { readonly DB: D1Database; statements: number } {
  const counting = {
    statements: 0,
    DB: new Proxy(bindings.DB, {
      get(target, name) {
        if (name === 'prepare') counting.statements++;
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
  return counting;
}
