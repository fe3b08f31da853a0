/** `npm run console`: builds the console again, for a server that is running already. */
import { buildConsole } from './lib/console.ts';
import { runMain } from './lib/failure.ts';

await runMain(async () => {
  await buildConsole();
  return 0;
});
