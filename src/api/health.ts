import type { Context } from 'hono';
import { type Env, readConfig } from '../env.ts';

/** 200 if D1 with its tables and R2 answer and the secrets are valid, else 503 with what failed. */
export async function serveHealth(c: Context<{ Bindings: Env }>): Promise<Response> {
  const checks = {
    database: () => c.env.DB.prepare('SELECT 1 FROM users LIMIT 1').first(),
    storage: () => c.env.BUCKET.head('health'),
    secrets: async () => readConfig(c.env),
  };
  const failed: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
    } catch (error) {
      console.error(error);
      failed.push(name);
    }
  }
  c.header('cache-control', 'no-store');
  return c.json(
    { status: failed.length === 0 ? 'ok' : 'failing', failed },
    failed.length === 0 ? 200 : 503,
  );
}
