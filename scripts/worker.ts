/** `npm run worker`: bundles the Worker. Wrangler runs it before it serves or deploys. */
import { runMain } from './lib/failure.ts';
import { buildWorker } from './lib/worker.ts';

await runMain(async () => {
  await buildWorker();
  return 0;
});
