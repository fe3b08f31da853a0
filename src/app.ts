import { Hono } from 'hono';
import type { Env } from './env.ts';
import { secureAnswers } from './http/secure-answers.ts';
import { cleanPath } from './v2/clean-path.ts';
import { createV2 } from './v2/routes.ts';

/** The front door: the registry protocol under /v2, everything else beside it. */
export function createApp(): Hono<{ Bindings: Env }> {
  // /v2/ and /v2 are the same address to clients.
  const app = new Hono<{ Bindings: Env }>({ strict: false });
  app.use(secureAnswers);
  app.use(cleanPath);
  app.route('/v2', createV2());
  // Most isolates serve pulls and pushes only: they never run the API's modules, which is
  // most of what a start would take.
  const api = once(async () => (await import('./api/routes.ts')).createApi());
  app.all('*', async (c) => (await api()).fetch(c.req.raw, c.env, c.executionCtx));
  return app;
}

/** Makes something when it is first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
