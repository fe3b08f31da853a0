import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { sweepDoomedObjects } from './registry/collect.ts';
import { openDatabase } from './storage/database.ts';

export { UploadSession } from './uploads/upload-session.ts';

const app = createApp();

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await sweepDoomedObjects(openDatabase(env.DB), env.BUCKET, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
