import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { beginScheduledCollection } from './registry/collections.ts';
import { openPlatform } from './registry/context.ts';
import { expireSignIns } from './registry/expire.ts';

export { Collector } from './collection/collector.ts';
export { PullCounter } from './events/pull-counter.ts';
export { UploadSession } from './uploads/upload-session.ts';

const app = createApp();

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    const platform = openPlatform(env);
    await expireSignIns(platform, controller.scheduledTime);
    await beginScheduledCollection(platform, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
