import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { sweepDoomedObjects } from './registry/collect.ts';
import { openPlatform } from './registry/context.ts';

export { UploadSession } from './uploads/upload-session.ts';

const app = createApp();

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await sweepDoomedObjects(openPlatform(env), controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
