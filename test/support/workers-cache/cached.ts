/**
 * A small simulation of Workers Cache, which neither workerd nor Miniflare has. Its rules are those that
 * Cloudflare documents (rules.ts): keys, Vary, HEAD, ranges, what is stored and for how long, the limit
 * of 512 MB, collapsed requests, two tiers (cache-tier.ts), purges of one entrypoint. Left out: stale
 * answers, revalidation, eviction; requests that wait for another one get its answer when it is whole.
 *
 * A Worker for tests exports the simulation under the name of its entrypoint, and the entrypoint itself
 * under another one:
 *
 *   export { CacheTier } from './cache-tier.ts';   // bound as CACHE_TIERS
 *   export class CachedObjects extends cached('CachedObjects', 'ObjectsOrigin') {}
 *   export class ObjectsOrigin extends withPurge('CachedObjects', Origin) {}
 *
 * `simulation` (simulation.ts) says where the client is and what each tier takes (`delays`), makes
 * things go wrong, and notes what was asked.
 */
import { WorkerEntrypoint } from 'cloudflare:workers';
import { CALL_HEADER, type CacheTier, type Purge, type TierCall } from './cache-tier.ts';
import { simulation } from './simulation.ts';

interface TierEnv {
  readonly CACHE_TIERS: DurableObjectNamespace<CacheTier>;
}

const UPPER = 'upper';

/** Tags and prefixes of one purge. */
const MAX_PURGED = 100;

/** Data centers whose near tier was asked: a purge reaches all of them. */
const places = new Set<string>();

const tierOf = ({ CACHE_TIERS }: TierEnv, name: string) =>
  CACHE_TIERS.get(CACHE_TIERS.idFromName(name));

/** The cache in front of an entrypoint, which is exported as `target`. */
export function cached(entrypoint: string, target: string) {
  return class extends WorkerEntrypoint<TierEnv> {
    override async fetch(request: Request): Promise<Response> {
      const { place, version, crossVersion, delays } = simulation;
      simulation.asked.push({ url: request.url, headers: [...request.headers.keys()] });
      if (simulation.isAway) throw new Error('Network connection lost.');
      places.add(place);
      await scheduler.wait(delays.near);
      const { cacheKey } = (request.cf ?? {}) as { readonly cacheKey?: string };
      const call: TierCall = {
        ...{ entrypoint, target, next: UPPER, props: this.ctx.props },
        ...{ version: crossVersion ? null : version, ...(cacheKey ? { cacheKey } : {}) },
      };
      const sent = new Request(request);
      sent.headers.set(CALL_HEADER, JSON.stringify(call));
      return await tierOf(this.env, `near ${place}`).fetch(sent);
    }

    /** Methods of RPC are run without the cache. */
    async purge(keys: readonly string[]): Promise<boolean> {
      const { [target]: origin } = this.ctx.exports as unknown as Record<string, PurgeTarget>;
      return (await origin?.purge(keys)) ?? true;
    }
  };
}

interface PurgeTarget {
  purge(keys: readonly string[]): Promise<boolean>;
}

type EntrypointClass = new (ctx: ExecutionContext, env: never) => object;

/** An entrypoint that finds `ctx.cache`, whose purges reach all tiers. */
export function withPurge<C extends EntrypointClass>(entrypoint: string, origin: C): C {
  // @ts-expect-error: TypeScript wants any[] of a mixin's constructor
  return class extends origin {
    constructor(ctx: ExecutionContext, env: TierEnv) {
      super(ctx, env as never);
      const purge = async (options: Omit<Purge, 'entrypoint'>) => {
        const { pathPrefixes = [], tags = [] } = options;
        const isTooMuch = pathPrefixes.length + tags.length > MAX_PURGED;
        if (isTooMuch || !simulation.takesPurges) return { success: false, errors: [] };
        simulation.purged.push(...pathPrefixes);
        const names = [UPPER, ...[...places].map((place) => `near ${place}`)];
        for (const name of names) await tierOf(env, name).purge({ ...options, entrypoint });
        return { success: true, errors: [] };
      };
      Object.defineProperty(ctx, 'cache', { value: { purge, invalidate: purge } });
    }
  };
}
