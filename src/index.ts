import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { sweepDoomedObjects } from './registry/collect.ts';
import { openPlatform } from './registry/context.ts';
import { expireSignIns } from './registry/expire.ts';

export { PullCounter } from './events/pull-counter.ts';
export { UploadSession } from './uploads/upload-session.ts';

const app = createApp();

/**
 * A request that found a key in the database has opened its object by then, in ms: within a
 * minute, or where a pass remembers the key (src/auth/pull-passes.ts), a minute later.
 */
const LONGEST_LOOK_UP = 120_000;

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    const platform = openPlatform(env);
    await expireSignIns(platform, controller.scheduledTime);
    await sweepDoomedObjects(platform, controller.scheduledTime - LONGEST_LOOK_UP);
  },
} satisfies ExportedHandler<Env>;
