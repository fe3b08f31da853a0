import type { D1Migration } from '@cloudflare/vitest-plugin';
import type { Env as WorkerEnv } from '../../../src/env.ts';

declare global {
  namespace Cloudflare {
    /** Gives `exports` in tests the type of the Worker's module. */
    interface GlobalProps {
      mainModule: typeof import('../../../src/index.ts');
    }
    /** What tests in workerd find in `env`: the Worker's bindings, and what is for tests only. */
    interface Env extends WorkerEnv {
      TEST_MIGRATIONS: D1Migration[];
      /** A database that stands for a replica of DB, see replica.ts. */
      REPLICA: D1Database;
    }
  }
}
