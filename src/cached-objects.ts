import { WorkerEntrypoint } from 'cloudflare:workers';
import type { Env } from './env.ts';
import { logFailure } from './storage/failures.ts';
import { isOwnKey } from './storage/keys.ts';
import { SIZE_HEADER } from './storage/object-cache.ts';

/** An object never changes under its key. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** An answer without Cache-Control would be cached, a 404 too. */
const NO_STORE = { 'cache-control': 'no-store' };

/**
 * Answers GET of the path `/<object key>` with the whole object, unauthorized. Workers Cache is in front
 * of it (`[exports]` in wrangler.toml) and keeps its answers, in tiers, for a year: keyed by the path,
 * so neither host nor token divide it. No address leads here. It is reached by `exports.CachedObjects`
 * alone, from behind the default entrypoint, which decides first whether a client may read the object.
 * https://developers.cloudflare.com/workers/cache/
 */
export class CachedObjects extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    const key = new URL(request.url).pathname.slice(1);
    if (request.method !== 'GET' || !isOwnKey(key)) return refuse(404);
    try {
      const object = await this.env.BUCKET.get(key);
      if (object === null) return refuse(404);
      const size = String(object.size);
      const headers = { 'cache-control': IMMUTABLE, 'content-length': size, [SIZE_HEADER]: size };
      return new Response(object.body, { headers });
    } catch (error) {
      logFailure('an object could not be read for the cache', error, { key });
      return refuse(503);
    }
  }

  /** Purges answers by their keys. The platform purges those of the calling entrypoint only. */
  async purge(keys: readonly string[]): Promise<boolean> {
    const pathPrefixes = keys.map((key) => `/${key}`);
    const result = await this.ctx.cache?.purge({ pathPrefixes });
    return result?.success ?? true;
  }
}

const refuse = (status: number): Response => new Response(null, { status, headers: NO_STORE });
