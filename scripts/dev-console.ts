/**
 * `npm run dev:console`: the console straight from its sources, reloaded as they change, in front
 * of a registry that `npm start` runs: `npm run dev:console -- http://127.0.0.1:8787`.
 */
import { Failure, runMain } from './lib/failure.ts';

/** What the registry answers; by pattern, because the console's own sources include /api. */
const proxied = '^/((v2|healthz|api-docs|api/(v1|docs))([/?]|$)|orlop[.-])';

await runMain(async () => {
  const registry = process.argv[2] ?? 'http://127.0.0.1:8787';
  if (!(await isHealthy(registry))) {
    throw new Failure(`no registry answers at ${registry}: run \`npm start\`, or name its address`);
  }
  const { createServer } = await import('vite');
  const server = await createServer({
    configFile: 'web/vite.config.ts',
    server: {
      host: '127.0.0.1',
      // The registry compares a request's Host with its Origin, and the console shows Host in
      // commands: both stay what the browser has.
      proxy: { [proxied]: { target: registry, changeOrigin: false } },
    },
  });
  await server.listen();
  server.printUrls();
  return 0;
});

async function isHealthy(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/healthz`)).ok;
  } catch {
    return false;
  }
}
