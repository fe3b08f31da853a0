/** The Worker of wrangler.toml, with bindings that are as far away as a model says. */
import { instantiate } from 'world:registry';
import type { Env } from '../../../../src/env.ts';
import { withPurge } from '../../../support/workers-cache/cached.ts';
import { MODULES } from './cache.ts';
import { delayBindings, type WorldEnv } from './delayed-env.ts';
import { serveWith } from './serve.ts';
import { traceObject } from './trace.ts';

export { CacheTier } from '../../../support/workers-cache/cache-tier.ts';
export { DistantCache as CachedObjects } from './cache.ts';

const registry = instantiate<typeof import('../../../../src/index.ts')>();

export default { fetch: serveWith(MODULES) } satisfies ExportedHandler<WorldEnv>;

class DistantObjects extends registry.CachedObjects {
  constructor(context: ExecutionContext, env: Env & WorldEnv) {
    super(context, delayBindings(env));
  }
}

/** What the cache asks for what it does not have. */
export class ObjectsOrigin extends withPurge('CachedObjects', DistantObjects) {}

export class UploadSession extends registry.UploadSession {
  constructor(state: DurableObjectState, env: Env & WorldEnv) {
    super(state, delayBindings(env));
  }

  override fetch(request: Request): Promise<Response> {
    return traceObject(request, () => super.fetch(request));
  }
}

export class PullCounter extends registry.PullCounter {
  constructor(state: DurableObjectState, env: Env & WorldEnv) {
    super(state, delayBindings(env));
  }
}

export class Collector extends registry.Collector {
  constructor(state: DurableObjectState, env: Env & WorldEnv) {
    super(state, delayBindings(env));
  }
}
