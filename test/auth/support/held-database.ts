import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { createApp } from '../../../src/app.ts';
import type { Env } from '../../../src/env.ts';
import { bindings } from '../../support/worker/database.ts';
import { ORIGIN, type Who } from '../../support/worker/registry-client.ts';

/** What happens to each answer of the database, also an error, before the Worker gets it. */
export type OnAnswer = () => void | Promise<void>;

/** Sends a request to the Worker, whose database answers as it does, but through `onAnswer`. */
export async function sendThrough(
  onAnswer: OnAnswer,
  who: Who,
  method: string,
  path: string,
): Promise<Response> {
  const context = createExecutionContext();
  const headers: Record<string, string> = who === null ? {} : { authorization: who };
  const env: Env = { ...bindings, DB: through(bindings.DB, onAnswer) };
  const request = new Request(`${ORIGIN}${path}`, { method, headers });
  const response = await createApp().fetch(request, env, context);
  await waitOnExecutionContext(context);
  return response;
}

const ASKING = ['all', 'raw', 'first', 'run', 'batch'];

/** The same database; statements made by it are wrapped, too. */
export function through<T extends object>(real: T, onAnswer: OnAnswer): T {
  return new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        const result: unknown = value.apply(target, given.map(unwrap));
        if (ASKING.includes(String(name))) return after(result as Promise<unknown>, onAnswer);
        const made = result as object;
        const wrapped = through(made, onAnswer);
        originals.set(wrapped, made);
        return wrapped;
      };
    },
  });
}

async function after(answer: Promise<unknown>, onAnswer: OnAnswer): Promise<unknown> {
  try {
    return await answer;
  } finally {
    await onAnswer();
  }
}

/** The real statement of each wrapped one: a batch takes only those. */
const originals = new WeakMap<object, object>();

function unwrap(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(unwrap);
  return (typeof given === 'object' && given !== null && originals.get(given)) || given;
}
