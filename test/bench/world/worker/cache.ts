/** Workers Cache in front of the registry's objects: the simulation, as far away as the model says. */
import * as platform from 'cloudflare:workers';
import { cached } from '../../../support/workers-cache/cached.ts';
import { simulation } from '../../../support/workers-cache/simulation.ts';
import type { WorldEnv } from './delayed-env.ts';
import { noteCall } from './trace.ts';

/** Exported in the place of the registry's entrypoint. */
export class DistantCache extends cached('CachedObjects', 'ObjectsOrigin') {
  constructor(context: ExecutionContext, env: WorldEnv) {
    super(context, env as never);
    const { near, upper } = env.WORLD.model.cache;
    simulation.delays = { near, upper, worker: 0 };
  }
}

interface Entrypoint {
  fetch(request: Request): Promise<Response>;
  purge(keys: readonly string[]): Promise<boolean>;
}

const entrypoint = () =>
  (platform.exports as unknown as { CachedObjects: Entrypoint }).CachedObjects;

/** The entrypoint as the registry finds it: what it is asked for is noted. */
const observed: Entrypoint = {
  async fetch(request) {
    const begun = performance.now();
    try {
      return await entrypoint().fetch(request);
    } finally {
      noteCall('cache', 'object', begun);
    }
  },
  purge: (keys) => entrypoint().purge(keys),
};

/** The modules of the platform, as each instance of the registry imports them. */
export const MODULES = {
  'cloudflare:workers': { ...platform, exports: { CachedObjects: observed } },
};
