import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Send } from '../../archive/push/send.ts';
import { MAX_MANIFEST_BYTES } from '../../domain/manifests.ts';
import { RelayError } from './errors.ts';

/** Request headers that are forwarded. A client's authorization is for the relay only. */
const REQUEST_HEADERS = [
  'accept',
  'content-type',
  'if-match',
  'if-none-match',
  'if-range',
  'range',
];

/** Response headers that concern only the connection to the registry. */
const CONNECTION_HEADERS = [
  'connection',
  'content-encoding',
  'keep-alive',
  'set-cookie',
  'strict-transport-security',
  'transfer-encoding',
  'www-authenticate',
];

/**
 * Forwards a request to the registry and streams the response back: manifests, blobs that are
 * pulled, tags, referrers, deletions. Redirects to a registry's storage are followed here.
 */
export async function forward(
  send: Send,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: path = '/' } = request;
  const disconnected = new AbortController();
  response.on('close', () => disconnected.abort());
  const body = await readBody(request);
  const headers = { ...pickHeaders(request.headers), 'accept-encoding': 'identity' };
  const { signal } = disconnected;
  const upstream = await send({ method, path, headers, signal, ...(body ? { body } : {}) });
  if (upstream.status === 401) {
    throw new RelayError(403, 'DENIED', "docker's credential does not sign in to the registry");
  }
  response.writeHead(upstream.status, responseHeaders(upstream, path));
  if (upstream.body === null) {
    response.end();
    return;
  }
  await pipeline(Readable.fromWeb(upstream.body as never), response);
}

/** Only a manifest has a body here. */
async function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | null> {
  if (request.method !== 'PUT' && request.method !== 'POST') return null;
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > MAX_MANIFEST_BYTES)
    throw new RelayError(413, 'SIZE_INVALID', 'the manifest is too large');
  return new Uint8Array(await buffer(request));
}

function pickHeaders(headers: IncomingMessage['headers']): Record<string, string> {
  const present = REQUEST_HEADERS.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(present.filter(([, value]) => typeof value === 'string')) as Record<
    string,
    string
  >;
}

function responseHeaders(upstream: Response, path: string): Record<string, string> {
  const headers = Object.fromEntries(
    [...upstream.headers].filter(([name]) => !CONNECTION_HEADERS.includes(name)),
  );
  // fetch has decoded the body, so its length differs.
  if (upstream.headers.has('content-encoding')) delete headers['content-length'];
  const { location, link } = headers;
  if (location !== undefined) headers.location = toPath(location, path);
  if (link !== undefined) {
    headers.link = link.replace(/<([^>]*)>/, (_, target: string) => `<${toPath(target, path)}>`);
  }
  return headers;
}

/** Turns a URL of the registry into a path of the relay. */
function toPath(address: string, base: string): string {
  const { pathname, search } = new URL(address, new URL(base, 'http://relay'));
  return `${pathname}${search}`;
}
