import type { Context } from 'hono';
import { type Env, readConfig } from '../env.ts';
import { isDiskLow } from '../storage/disk.ts';
import { logFailure } from '../storage/failures.ts';
import { VERSION } from '../version.ts';

/** How long an isolate remembers what it found, in ms: anyone may ask. */
const REMEMBERED_FOR = 5000;

interface Health {
  /** The parts that fail. */
  readonly failed: readonly string[];
  /** The parts that take no more content. */
  readonly degraded: readonly string[];
  /** When they were asked, ms since 1970. */
  readonly at: number;
}

/** What this isolate found last; each isolate has one environment. */
const found = new WeakMap<Env, Health>();

/**
 * 200 if D1 with its tables and R2 answer and the secrets are valid, else 503 with what failed. It
 * is `degraded` while pushes are refused because the disk has too little space: all else works.
 */
export async function serveHealth(c: Context<{ Bindings: Env }>): Promise<Response> {
  const { failed, degraded } = recall(c.env) ?? (await examine(c.env));
  c.header('cache-control', 'no-store');
  const health = { failed, version: VERSION };
  const disk = degraded.length > 0 ? { degraded } : {};
  if (failed.length > 0) return c.json({ status: 'failing', ...health, ...disk }, 503);
  if (degraded.length > 0) return c.json({ status: 'degraded', ...health, ...disk }, 200);
  return c.json({ status: 'ok', ...health }, 200);
}

function recall(env: Env): Health | null {
  const health = found.get(env);
  const age = health ? Date.now() - health.at : Number.NaN;
  return health && age >= 0 && age < REMEMBERED_FOR ? health : null;
}

async function examine(env: Env): Promise<Health> {
  const at = Date.now();
  const checks = {
    database: () => env.DB.prepare('SELECT 1 FROM users LIMIT 1').first(),
    storage: () => env.BUCKET.head('health'),
    secrets: async () => readConfig(env),
  };
  const failed: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
    } catch (error) {
      logFailure(`the health check of the ${name} failed`, error);
      failed.push(name);
    }
  }
  const degraded = (await isDiskLow(env.DISK)) ? ['disk'] : [];
  const health = { failed, degraded, at };
  found.set(env, health);
  return health;
}
