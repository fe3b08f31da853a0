import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import type { Server } from '../server.ts';
import { waitFor } from './wait.ts';

/** A request of a client, as the proxy saw it. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Absent until the server has answered. */
  status?: number;
  /** Body bytes of the client so far. */
  sent: number;
  /** Body bytes of the answer so far. */
  received: number;
}

/** What the proxy does besides forwarding everything. */
export interface ProxyOptions {
  /** Called before a request is forwarded, which waits for the promise. */
  before?: (exchange: Exchange) => Promise<unknown> | unknown;
  /** Called as bytes arrive from either side: true drops them and all that follow. */
  swallow?: (exchange: Exchange) => boolean;
  /** Called as bytes arrive from either side: true breaks both connections. */
  cut?: (exchange: Exchange) => boolean;
  /** Bytes of the largest body that passes; a larger one is answered with 413, as at the edge. */
  bodyLimit?: number;
}

/** A proxy between a client and a server, which records and disturbs what the client does. */
export interface ClientProxy {
  /** `127.0.0.1:PORT`, in place of the server's host in an image address. */
  readonly host: string;
  readonly exchanges: readonly Exchange[];
  /** The requests that carried a blob's bytes to the server. */
  uploads(): Exchange[];
  /** Waits until the server handles no request. */
  idle(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a proxy in front of the server, on a free port. */
export async function startProxy(server: Server, options: ProxyOptions = {}): Promise<ClientProxy> {
  const agent = new Agent({ keepAlive: true });
  const exchanges: Exchange[] = [];
  const { bodyLimit = Number.POSITIVE_INFINITY } = options;
  let open = 0;
  const listener = createServer(async (incoming, answer) => {
    const exchange = exchangeOf(incoming);
    exchanges.push(exchange);
    open += 1;
    answer.on('close', () => {
      open -= 1;
    });
    await options.before?.(exchange);
    if (declaredLength(exchange) > bodyLimit) refuseBody(incoming, answer, exchange);
    else forward(server, agent, incoming, answer, exchange, options);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    host: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    exchanges,
    uploads: () => exchanges.filter(isUpload),
    idle: () => waitFor('the end of every request', () => open === 0),
    stop: async () => {
      listener.closeAllConnections();
      listener.close();
      agent.destroy();
      await once(listener, 'close');
    },
  };
}

/** Content-Length of a request; 0 where there is none. */
function declaredLength({ headers }: Exchange): number {
  return Number(headers['content-length'] ?? 0);
}

/** Answers as Cloudflare's edge does before a Worker sees the request: a page, then it hangs up. */
function refuseBody(incoming: IncomingMessage, answer: ServerResponse, exchange: Exchange): void {
  exchange.status = 413;
  answer.writeHead(413, { 'content-type': 'text/html', connection: 'close' });
  answer.end('<html><head><title>413 Request Entity Too Large</title></head></html>');
  incoming.resume();
}

/** Whether the request carried a blob's bytes. */
export function isUpload({ method, path, sent }: Exchange): boolean {
  return method !== 'GET' && path.includes('/blobs/uploads/') && sent > 0;
}

function exchangeOf({ method = '', url = '', headers }: IncomingMessage): Exchange {
  return { method, path: url, headers, sent: 0, received: 0 };
}

function forward(
  server: Server,
  agent: Agent,
  incoming: IncomingMessage,
  answer: ServerResponse,
  exchange: Exchange,
  options: ProxyOptions,
): void {
  const { method, path, headers } = exchange;
  const { hostname: host, port } = new URL(server.origin);
  const outgoing = request({ host, port, method, path, headers, agent });
  outgoing.on('error', () => answer.destroy());
  outgoing.on('response', (response) => {
    exchange.status = response.statusCode ?? 0;
    answer.writeHead(exchange.status, response.headers);
    response.on('error', () => answer.destroy());
    const received = meter(exchange, 'received', options).on('error', () => answer.destroy());
    response.pipe(received).pipe(answer);
  });
  answer.on('close', () => {
    if (!answer.writableFinished) outgoing.destroy();
  });
  incoming.on('data', () => {
    // The client is told once; what it still sends is read and dropped.
    if (exchange.sent <= (options.bodyLimit ?? Number.POSITIVE_INFINITY) || exchange.status) return;
    incoming.unpipe();
    outgoing.removeAllListeners();
    outgoing.on('error', () => {}).destroy();
    refuseBody(incoming, answer, exchange);
  });
  const sent = meter(exchange, 'sent', options).on('error', () => outgoing.destroy());
  incoming.pipe(sent).pipe(outgoing);
}

/** Counts the bytes that pass; a body that is dropped never ends, so that the other side waits. */
function meter(
  exchange: Exchange,
  way: 'sent' | 'received',
  { swallow, cut }: ProxyOptions,
): Transform {
  let swallowing = false;
  return new Transform({
    transform: (chunk, _encoding, done) => {
      exchange[way] += chunk.length;
      if (cut?.(exchange)) return done(new Error('cut off by the test'));
      swallowing ||= swallow?.(exchange) ?? false;
      done(null, swallowing ? null : chunk);
    },
    flush: (done) => {
      if (!swallowing) done();
    },
  });
}
