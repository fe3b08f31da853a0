/** The Worker of wrangler.toml, with bindings that are as far away as a model says. */
import { instantiate } from 'world:registry';
import type { Env } from '../../../../src/env.ts';
import { delayBindings } from './delayed-env.ts';
import { serve, type WorldEnv } from './serve.ts';
import { traceObject } from './trace.ts';

const registry = instantiate<typeof import('../../../../src/index.ts')>();

const delayed = (env: Env & WorldEnv) => delayBindings(env, env.WORLD.model);

export default { fetch: serve } satisfies ExportedHandler<WorldEnv>;

export class UploadSession extends registry.UploadSession {
  constructor(state: DurableObjectState, env: Env & WorldEnv) {
    super(state, delayed(env));
  }

  override fetch(request: Request): Promise<Response> {
    return traceObject(request, () => super.fetch(request));
  }
}

export class PullCounter extends registry.PullCounter {
  constructor(state: DurableObjectState, env: Env & WorldEnv) {
    super(state, delayed(env));
  }
}

export class Collector extends registry.Collector {
  constructor(state: DurableObjectState, env: Env & WorldEnv) {
    super(state, delayed(env));
  }
}
