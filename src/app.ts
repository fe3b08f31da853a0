import { Hono } from 'hono';
import { createApi } from './api/routes.ts';
import type { Env } from './env.ts';
import { createV2 } from './v2/routes.ts';

/** The front door: the registry protocol under /v2, everything else beside it. */
export function createApp(): Hono<{ Bindings: Env }> {
  // /v2/ and /v2 are the same address to clients.
  const app = new Hono<{ Bindings: Env }>({ strict: false });
  app.route('/v2', createV2());
  app.route('/', createApi());
  return app;
}
