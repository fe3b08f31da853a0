/** `npm run console`: builds the console that a running server serves, after a change of it. */
import { buildConsole } from './lib/console.ts';
import { runMain } from './lib/failure.ts';

await runMain(async () => {
  await buildConsole();
  return 0;
});
