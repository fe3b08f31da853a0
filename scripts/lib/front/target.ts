import type { IncomingMessage } from 'node:http';

/** Why a request is not passed on. */
interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** The URL that a request asks the Worker for, unless it is nothing for the Worker. */
export function checkTarget(request: IncomingMessage, scheme: 'http' | 'https'): URL | Refusal {
  const url = parseTarget(request.url ?? '', request.headers.host ?? 'localhost', scheme);
  if (!url) return { status: 400, reason: 'the address of the request is not valid' };
  if (isReserved(url)) return { status: 404, reason: 'there is nothing at this address' };
  if (hasControlHeader(request)) {
    return { status: 400, reason: 'headers that begin with MF- are not accepted' };
  }
  return url;
}

/** A host as clients send it: a name or an address, and perhaps a port. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

/**
 * The URL that a request asks for; null where its target or its host is none. A target is a path
 * or, as clients send it to a proxy, a whole URL, whose host then counts.
 * https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
function parseTarget(target: string, host: string, scheme: 'http' | 'https'): URL | null {
  if (target.startsWith('/')) return HOST.test(host) ? withHost(target, host, scheme) : null;
  const [, authority = '', path = ''] = /^https?:\/\/([^/?#\\]+)(.*)$/i.exec(target) ?? [];
  if (!HOST.test(authority)) return null;
  return withHost(path.startsWith('/') ? path : `/${path}`, authority, scheme);
}

function withHost(path: string, host: string, scheme: string): URL | null {
  return URL.parse(`${scheme}://${host}${path}`);
}

/** Encodings in encodings that are looked into; a server decodes once. */
const DECODINGS = 3;

/**
 * Whether an address belongs to the simulator of Cloudflare's platform (`/cdn-cgi/…`, `/__…`),
 * which serves developers without a password, however it is written.
 */
function isReserved({ pathname }: URL): boolean {
  let path = pathname;
  for (let round = 0; round <= DECODINGS; round++) {
    const first = firstSegment(path);
    if (first === 'cdn-cgi' || first.startsWith('__')) return true;
    try {
      path = decodeURIComponent(path);
    } catch {
      return false;
    }
  }
  return false;
}

function firstSegment(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split(/[/\\]+/)) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return (segments[0] ?? '').toLowerCase();
}

/** Whether a request has headers by which Miniflare is controlled. */
function hasControlHeader({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.some((name, n) => n % 2 === 0 && /^(?:x-)?mf-/i.test(name));
}
