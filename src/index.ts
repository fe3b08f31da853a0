import { createApp } from './app.ts';
import { type Env, readConfig } from './env.ts';
import { beginScheduledCollection } from './maintenance/collection/start.ts';
import { expireSignIns } from './maintenance/expire-sign-ins.ts';
import { reconcileBucket } from './maintenance/reconcile.ts';
import { resealSecrets } from './maintenance/reseal-secrets.ts';
import { applyRetention } from './maintenance/retention/apply.ts';
import { restoreUsed } from './maintenance/retention/restore-used.ts';
import { scrubContent } from './maintenance/scrub.ts';
import { wakeWaitingTriggers } from './maintenance/wake-triggers.ts';
import { openServices, type Services } from './services.ts';
import { logFailure } from './storage/failures.ts';

export { CachedObjects } from './cached-objects.ts';
export { PullCounter } from './events/pull-counter.ts';
export { TriggerDeliveries } from './events/triggers/trigger-deliveries.ts';
export { Collector } from './maintenance/collection/collector.ts';
export { UploadSession } from './uploads/upload-session.ts';

const app = createApp();

/** The Cron Trigger of wrangler.toml that looks for events whose delivery was not begun. */
const EVERY_FIVE_MINUTES = '*/5 * * * *';

type Sweep = (services: Services, now: number, env: Env) => Promise<unknown>;

/** What runs every hour, in order: what may take long, and be killed for it, comes last. */
const SWEEPS: Readonly<Record<string, Sweep>> = {
  expireSignIns,
  resealSecrets: (services, _, env) => resealSecrets(services, readConfig(env).credentialKeys),
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
    if (controller.cron === EVERY_FIVE_MINUTES) return await wakeWaitingTriggers(services);
    // A trigger may be asked for a time: one to come would end what still holds.
    const now = Math.min(controller.scheduledTime, Date.now());
    const failures: unknown[] = [];
    for (const [name, sweep] of Object.entries(SWEEPS)) {
      // If one fails, the others still run.
      await sweep(services, now, env).catch((error: unknown) => {
        logFailure(`${name} failed`, error);
        failures.push(error);
      });
    }
    if (failures.length > 0) throw new AggregateError(failures, 'a sweep failed');
  },
} satisfies ExportedHandler<Env>;
