import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { beginScheduledCollection } from './maintenance/collection/start.ts';
import { expireSignIns } from './maintenance/expire-sign-ins.ts';
import { reconcileBucket } from './maintenance/reconcile.ts';
import { applyRetention } from './maintenance/retention/apply.ts';
import { restoreUsed } from './maintenance/retention/restore-used.ts';
import { scrubContent } from './maintenance/scrub.ts';
import { openServices, type Services } from './services.ts';
import { logFailure } from './storage/failures.ts';

export { CachedObjects } from './cached-objects.ts';
export { PullCounter } from './events/pull-counter.ts';
export { Collector } from './maintenance/collection/collector.ts';
export { UploadSession } from './uploads/upload-session.ts';

const app = createApp();

type Sweep = (services: Services, now: number) => Promise<unknown>;

/** What runs every hour, in order: what may take long, and be killed for it, comes last. */
const SWEEPS: Readonly<Record<string, Sweep>> = {
  expireSignIns,
  applyRetention: (services, now) => applyRetention(services, now),
  restoreUsed,
  beginScheduledCollection,
  reconcileBucket: (services, now) => reconcileBucket(services, now),
  scrubContent,
};

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    const services = openServices(env);
    // A trigger may be asked for a time: one to come would end what still holds.
    const now = Math.min(controller.scheduledTime, Date.now());
    const failures: unknown[] = [];
    for (const [name, sweep] of Object.entries(SWEEPS)) {
      // If one fails, the others still run.
      await sweep(services, now).catch((error: unknown) => {
        logFailure(`${name} failed`, error);
        failures.push(error);
      });
    }
    if (failures.length > 0) throw new AggregateError(failures, 'a sweep failed');
  },
} satisfies ExportedHandler<Env>;
