import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { serveHealth } from './health.ts';

/** What is not the registry protocol. */
export function createApi(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.get('/healthz', serveHealth);
  return app;
}
