/** cloudflare/serverless-registry, with a bucket that is as far away as a model says. */
import { serve, type WorldEnv } from './serve.ts';

export default { fetch: serve } satisfies ExportedHandler<WorldEnv>;
