/** cloudflare/serverless-registry, with a bucket that is as far away as a model says. */
import type { WorldEnv } from './delayed-env.ts';
import { serveWith } from './serve.ts';

export default { fetch: serveWith({}) } satisfies ExportedHandler<WorldEnv>;
