/**
 * The documented rules of Workers Cache, as far as answers depend on them:
 * https://developers.cloudflare.com/workers/cache/cache-keys/ and …/configuration/, …/limitations/.
 */

/** What a request to an entrypoint carries besides itself. */
export interface Call {
  /** The entrypoint that is asked. */
  readonly entrypoint: string;
  readonly props?: unknown;
  /** `cf.cacheKey`: in place of path and query. */
  readonly cacheKey?: string;
  /** The version of the Worker; null: its versions share the cache (`cross_version_cache`). */
  readonly version: string | null;
}

/** Headers that frameworks take for the method or the address are part of the key. */
const KEY_HEADERS = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-forwarded-host',
  'x-host',
  'x-forwarded-scheme',
  'x-original-url',
  'x-rewrite-url',
  'forwarded',
  'cloudflare-workers-version-key',
];

/** Neither method, host nor Authorization are part of it. */
export function keyOf({ url, headers }: Request, call: Call): string {
  const { pathname, search } = new URL(url);
  return JSON.stringify([
    call.entrypoint,
    call.cacheKey || pathname + search,
    call.version,
    call.props ?? null,
    KEY_HEADERS.map((name) => headers.get(name)),
  ]);
}

/** Whether a request is answered by the Worker in any case. */
export function isPassedBy({ method, headers }: Request): boolean {
  if (method !== 'GET' && method !== 'HEAD') return true;
  return headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/** Seconds for which an answer without Cache-Control and Expires is kept, by its status. */
const DEFAULT_TTL: Readonly<Record<number, number>> = {
  ...{ 200: 7200, 203: 7200, 204: 7200 },
  ...{ 300: 1200, 301: 1200 },
  ...{ 404: 180, 405: 60, 410: 180, 414: 60, 501: 60 },
};

/** "512 MB", on every plan. */
const MAX_BYTES = 512_000_000;

/** How long an answer is kept, in seconds; 0: it is not. */
export function timeToLive(request: Request, { status, headers }: Response): number {
  if (status === 206 || (status >= 520 && status <= 526)) return 0;
  if (headers.has('set-cookie') || headers.get('vary')?.includes('*')) return 0;
  if (Number(headers.get('content-length')) > MAX_BYTES) return 0;
  const text =
    headers.get('cloudflare-cdn-cache-control') ??
    headers.get('cdn-cache-control') ??
    headers.get('cache-control');
  if (text === null && !headers.has('expires')) {
    return request.headers.has('authorization') ? 0 : (DEFAULT_TTL[status] ?? 0);
  }
  const directives = new Map(
    (text ?? '').split(',').map((part) => {
      const [name = '', value = ''] = part.trim().toLowerCase().split('=');
      return [name, value];
    }),
  );
  // What is stored with no-cache is asked for again each time: the same to its clients.
  if (['private', 'no-store', 'no-cache'].some((name) => directives.has(name))) return 0;
  const isShared = ['public', 'must-revalidate', 's-maxage'].some((name) => directives.has(name));
  if (request.headers.has('authorization') && !isShared) return 0;
  return Number(directives.get('s-maxage') ?? directives.get('max-age') ?? 0) || 0;
}

/** The values of the request that an answer varies by, verbatim. */
export function variantOf(request: Request, vary: string | null): string {
  const names = (vary ?? '').split(',').map((name) => name.trim());
  return JSON.stringify(names.filter(Boolean).map((name) => [name, request.headers.get(name)]));
}

const RANGE = /^bytes=(\d*)-(\d*)$/;

/** Cuts the range that was asked for out of a whole answer. */
export function slice(request: Request, bytes: Uint8Array, headers: Headers): Response {
  const [, from = '', to = ''] = RANGE.exec(request.headers.get('range') ?? '') ?? [];
  const isHead = request.method === 'HEAD';
  if (from === '' && to === '')
    return new Response(isHead ? null : sent(bytes, headers), { headers });
  const start = from === '' ? Math.max(bytes.length - Number(to), 0) : Number(from);
  const end = from === '' || to === '' ? bytes.length : Math.min(Number(to) + 1, bytes.length);
  if (start >= end) {
    const range = { 'content-range': `bytes */${bytes.length}` };
    return new Response(null, { status: 416, headers: range });
  }
  headers.set('content-range', `bytes ${start}-${end - 1}/${bytes.length}`);
  headers.set('content-length', String(end - start));
  return new Response(isHead ? null : sent(bytes.subarray(start, end), headers), {
    status: 206,
    headers,
  });
}

/** A body that is shorter than its length breaks off, as over HTTP. */
function sent(bytes: Uint8Array, headers: Headers): BodyInit {
  const length = Number(headers.get('content-length') ?? bytes.length);
  if (bytes.length >= length) return bytes as Uint8Array<ArrayBuffer>;
  const chunks = [bytes];
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined || chunk.length === 0) throw new Error('Network connection lost.');
      controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
    },
  });
}
