import { logFailure } from './failures.ts';
import type { ExpectedObject } from './object-reads.ts';
import { chooseToWarm, noteNear } from './warm-objects.ts';

/**
 * Largest object that is asked of the cache, in bytes: Workers Cache stores answers of 512 MB at most.
 * https://developers.cloudflare.com/workers/cache/limitations/#response-size
 */
const MAX_CACHED_BYTES = 512_000_000;

/** Header of a cached answer: the size of the object in R2 when it was read, in bytes. */
export const SIZE_HEADER = 'object-size';

/** Keys that one purge takes: https://developers.cloudflare.com/cache/how-to/purge-cache/ */
const MAX_PURGED = 100;

/** The entrypoint that Workers Cache is in front of: src/cached-objects.ts. */
export interface CachedEntrypoint {
  fetch(request: Request): Promise<Response>;
  /** Purges answers, at most 100; false: the platform has refused. */
  purge(keys: readonly string[]): Promise<boolean>;
}

/**
 * Whole objects, by key, through Workers Cache. It knows nothing of rights: whoever opens an object has
 * been authorized before. Keys are random and never used twice, so an answer never becomes outdated.
 */
export interface ObjectCache {
  /**
   * Opens an object whose answer says the expected size. Null if it has to be read from R2, which also
   * tells what is wrong with it. Never throws.
   */
  open(object: ExpectedObject): Promise<ReadableStream | null>;
  /**
   * Has the cache fetch the small ones of what a client is about to ask for, so that each is near, or
   * on its way, when its turn comes. No byte passes through the isolate: asked by HEAD for what it
   * does not have, the cache reads the whole. Never throws.
   * https://developers.cloudflare.com/workers/cache/limitations/#http-methods
   */
  warm(objects: readonly ExpectedObject[]): Promise<void>;
  /**
   * Purges objects that are deleted or not delivered as they should be. No row names a deleted key, so
   * none would be given to a client, but its bytes would stay in the cache; a damaged object may be
   * restored under its key. As far as the platform's rate limit allows. Never throws.
   */
  purge(keys: readonly string[]): Promise<void>;
}

export function openObjectCache(entrypoint: CachedEntrypoint): ObjectCache {
  const purge = async (keys: readonly string[]) => {
    try {
      for (let n = 0; n < keys.length; n += MAX_PURGED) {
        if (await entrypoint.purge(keys.slice(n, n + MAX_PURGED))) continue;
        return console.warn({ message: 'the cache has refused a purge', left: keys.length - n });
      }
    } catch (error) {
      logFailure('objects could not be purged from the cache', error);
    }
  };
  const warm = async (objects: readonly ExpectedObject[]) => {
    const keys = chooseToWarm(objects, Date.now());
    const fetchOne = (key: string) => entrypoint.fetch(requestOf(key, 'HEAD'));
    const results = await Promise.allSettled(keys.map(fetchOne));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) logFailure('objects could not be fetched into the cache', failed.reason);
  };
  const open = async ({ key, size }: ExpectedObject) => {
    if (size === 0 || size > MAX_CACHED_BYTES) return null;
    noteNear(key, Date.now());
    try {
      const answer = await entrypoint.fetch(requestOf(key, 'GET'));
      if (isWhole(answer, size)) return answer.body;
      await answer.body?.cancel();
      if (answer.ok) await purge([key]);
    } catch (error) {
      logFailure('an object could not be opened through the cache', error, { key });
    }
    return null;
  };
  return { open, warm, purge };
}

/** A request of its own: none of the client's headers, which may change what the cache does. */
function requestOf(key: string, method: 'GET' | 'HEAD'): Request {
  return new Request(`https://objects/${key}`, { method });
}

function isWhole(answer: Response, size: number): answer is Response & { body: ReadableStream } {
  const { status, headers, body } = answer;
  const length = headers.get('content-length') ?? size;
  return (
    status === 200 &&
    body !== null &&
    Number(headers.get(SIZE_HEADER)) === size &&
    Number(length) === size
  );
}
