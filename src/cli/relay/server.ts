import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Send } from '../../archive/push/send.ts';
import { RelayError, sendError } from './errors.ts';
import { forward } from './forward.ts';
import { authorizeClient } from './guard.ts';
import { RelayUploads } from './uploads.ts';

export interface RelayOptions {
  /** Makes authenticated requests to the registry. */
  readonly send: Send;
  /** The password of RELAY_USER, which clients must know. */
  readonly secret: string;
  /** On 127.0.0.1; 0 for any free port. */
  readonly port: number;
  /** Bytes of one request to the registry. Each running request of an upload holds as many. */
  readonly chunkBytes: number;
}

export interface Relay {
  readonly port: number;
  /** Stops it and aborts running requests. */
  stop(): Promise<void>;
}

const UPLOADS = /^\/v2\/(.+)\/blobs\/uploads\/?$/;
const UPLOAD = /^\/v2\/(.+)\/blobs\/uploads\/([0-9a-f-]{36})$/;

/** Serves another registry on this machine, and sends large bodies to it in chunks. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const stopping = new AbortController();
  const uploads = new RelayUploads(options.send, options.chunkBytes, stopping.signal);
  const server = createServer(async (request, response) => {
    try {
      authorizeClient(request, portOf(), options.secret);
      await serve(options.send, uploads, request, response);
    } catch (error) {
      sendError(response, error);
    }
  });
  // A large layer may take any time.
  server.requestTimeout = 0;
  const portOf = () => (server.address() as AddressInfo).port;
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(),
    stop: async () => {
      stopping.abort();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function serve(
  send: Send,
  uploads: RelayUploads,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://relay');
  if (pathname !== '/v2' && !pathname.startsWith('/v2/')) {
    throw new RelayError(404, 'UNSUPPORTED', 'the relay serves only /v2');
  }
  const [, target] = UPLOADS.exec(pathname) ?? [];
  const [, repository, id] = UPLOAD.exec(pathname) ?? [];
  if (target !== undefined && request.method === 'POST') {
    await uploads.begin(request, response, target, searchParams);
  } else if (repository !== undefined && id !== undefined) {
    await uploads.continue(request, response, repository, id, searchParams);
  } else {
    await forward(send, request, response);
  }
}
