import { DurableObject, exports } from 'cloudflare:workers';
import { type Call, isPassedBy, keyOf, slice, timeToLive, variantOf } from './rules.ts';
import { simulation } from './simulation.ts';

/** What a tier has of one key; `vary` is the same for all of its answers. */
interface Entry {
  readonly path: string;
  readonly tags: readonly string[];
  readonly vary: string | null;
  readonly variants: Map<string, Stored>;
}

interface Stored {
  readonly bytes: Uint8Array;
  readonly status: number;
  readonly headers: readonly [string, string][];
  /** Ms since 1970. */
  readonly freshUntil: number;
}

/** Where a tier asks for what it does not have: another one, or the Worker. */
export interface TierCall extends Call {
  /** The name of the next tier; null: the entrypoint runs. */
  readonly next: string | null;
  /** The export that runs in place of the entrypoint of the call. */
  readonly target: string;
}

/** Carries the call from tier to tier. */
export const CALL_HEADER = 'simulated-call';

export interface Purge {
  readonly entrypoint: string;
  readonly tags?: readonly string[];
  readonly pathPrefixes?: readonly string[];
  readonly purgeEverything?: boolean;
}

/**
 * One tier of the cache, in one data center. An object, because its requests may wait for each other:
 * those of a Worker may not. It has everything in memory.
 */
export class CacheTier extends DurableObject<{ CACHE_TIERS: DurableObjectNamespace<CacheTier> }> {
  readonly #entries = new Map<string, Entry>();
  readonly #fills = new Map<string, Promise<boolean>>();

  override async fetch(sent: Request): Promise<Response> {
    const call = JSON.parse(sent.headers.get(CALL_HEADER) ?? '') as TierCall;
    const request = new Request(sent);
    request.headers.delete(CALL_HEADER);
    if (isPassedBy(request)) return await this.#ask(request, call);
    const key = keyOf(request, call);
    for (;;) {
      const stored = this.#find(key, request);
      if (stored) return answer(request, stored, 'HIT');
      const filling = this.#fills.get(key);
      // What is not stored, each waiting request asks for by itself.
      if (!filling || !(await filling)) return await this.#fill(key, request, call);
    }
  }

  purge({ entrypoint, tags = [], pathPrefixes = [], purgeEverything = false }: Purge): void {
    const wanted = tags.map((tag) => tag.toLowerCase());
    for (const [key, entry] of this.#entries) {
      if (JSON.parse(key)[0] !== entrypoint) continue;
      const isMeant =
        pathPrefixes.some((prefix) => entry.path.startsWith(prefix)) ||
        entry.tags.some((tag) => wanted.includes(tag));
      if (purgeEverything || isMeant) this.#entries.delete(key);
    }
  }

  #find(key: string, request: Request): Stored | null {
    const entry = this.#entries.get(key);
    const stored = entry?.variants.get(variantOf(request, entry.vary));
    return stored && stored.freshUntil > Date.now() ? stored : null;
  }

  /** Asks for the whole, passes it on as it arrives, and stores it when all of it is there. */
  async #fill(key: string, request: Request, call: TierCall): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#fills.set(key, promise);
    const end = (isStored: boolean) => {
      this.#fills.delete(key);
      resolve(isStored);
    };
    try {
      const whole = new Request(request.url, { headers: request.headers });
      whole.headers.delete('range');
      const response = await this.#ask(whole, call);
      const seconds = timeToLive(request, response);
      if (seconds === 0 || response.body === null) {
        end(false);
        return withStatus(response, seconds === 0 ? 'BYPASS' : 'MISS');
      }
      // The rest is fetched, also when the client leaves.
      const [body, copy] = response.body.tee();
      const isStored = this.#store(key, whole, response, copy, seconds).catch(() => null);
      this.ctx.waitUntil(isStored.then((stored) => end(stored !== null)));
      if (request.method === 'GET' && !request.headers.has('range')) {
        return withStatus(new Response(body, response), 'MISS');
      }
      await body.cancel();
      const stored = await isStored;
      return stored ? answer(request, stored, 'MISS') : new Response(null, { status: 502 });
    } catch (error) {
      end(false);
      throw error;
    }
  }

  async #ask(request: Request, { next, target, ...call }: TierCall): Promise<Response> {
    await scheduler.wait(next === null ? simulation.delays.worker : simulation.delays.upper);
    if (next !== null) {
      const onward: TierCall = { ...call, target, next: null };
      request.headers.set(CALL_HEADER, JSON.stringify(onward));
      const { CACHE_TIERS } = this.env;
      return await CACHE_TIERS.get(CACHE_TIERS.idFromName(next)).fetch(request);
    }
    simulation.ran.push(new URL(request.url).pathname);
    const origin = (exports as unknown as Record<string, Fetcher>)[target];
    if (!origin) throw new Error(`the Worker exports no ${target}`);
    return await origin.fetch(request);
  }

  async #store(
    key: string,
    request: Request,
    { status, headers: received }: Response,
    body: ReadableStream,
    seconds: number,
  ): Promise<Stored> {
    const whole = new Uint8Array(await new Response(body).arrayBuffer());
    const headers = new Headers(received);
    const bytes = simulation.spoil?.(whole, headers) ?? whole;
    const vary = headers.get('vary');
    const tags = (headers.get('cache-tag') ?? '').toLowerCase().split(',');
    const known = this.#entries.get(key);
    const entry =
      known?.vary === vary
        ? known
        : { path: new URL(request.url).pathname, tags, vary, variants: new Map() };
    const stored: Stored = {
      ...{ bytes, status, headers: [...headers] },
      freshUntil: Date.now() + seconds * 1000,
    };
    entry.variants.set(variantOf(request, vary), stored);
    this.#entries.set(key, entry);
    return stored;
  }
}

function answer(request: Request, { bytes, status, headers }: Stored, what: string): Response {
  const copy = new Headers(headers as [string, string][]);
  const response =
    status === 200
      ? slice(request, bytes, copy)
      : new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers: copy });
  return withStatus(response, what);
}

/** As clients see it: tags are the cache's own. */
function withStatus(response: Response, status: string): Response {
  const result = new Response(response.body, response);
  result.headers.set('cf-cache-status', status);
  result.headers.delete('cache-tag');
  return result;
}
