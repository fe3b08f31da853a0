import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { beginScheduledCollection } from './registry/collections.ts';
import { openPlatform, type Platform } from './registry/context.ts';
import { expireSignIns } from './registry/expire.ts';
import { reconcileBucket } from './registry/reconcile.ts';
import { applyRetention } from './registry/retention.ts';
import { scrubContent } from './registry/scrub.ts';

export { Collector } from './collection/collector.ts';
export { PullCounter } from './events/pull-counter.ts';
export { UploadSession } from './uploads/upload-session.ts';

const app = createApp();

type Sweep = (platform: Platform, now: number) => Promise<unknown>;

/** What every hour brings, in order: last what may take long, which is killed before the rest. */
const SWEEPS: Readonly<Record<string, Sweep>> = {
  expireSignIns,
  applyRetention: (platform, now) => applyRetention(platform, now),
  beginScheduledCollection,
  reconcileBucket: (platform, now) => reconcileBucket(platform, now),
  scrubContent,
};

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    const platform = openPlatform(env);
    const failures: unknown[] = [];
    for (const [name, sweep] of Object.entries(SWEEPS)) {
      // One that fails does not keep the others from their turn.
      await sweep(platform, controller.scheduledTime).catch((error: unknown) => {
        console.error({ message: `${name} failed`, error });
        failures.push(error);
      });
    }
    if (failures.length > 0) throw new AggregateError(failures, 'a sweep failed');
  },
} satisfies ExportedHandler<Env>;
