import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Send } from '../../archive/push/send.ts';
import { answerError, RelayError } from './errors.ts';
import { admit } from './guard.ts';
import { passOn } from './pass.ts';
import { RelayUploads } from './uploads.ts';

export interface RelayOptions {
  /** Makes requests to the registry, signed in. */
  readonly send: Send;
  /** What a client has to know; the password of RELAY_USER. */
  readonly secret: string;
  /** On 127.0.0.1; 0: a free one. */
  readonly port: number;
  /** Bytes of one request to the registry; as many are held for each upload under way. */
  readonly chunkBytes: number;
}

export interface Relay {
  readonly port: number;
  /** Ends it, and all that is under way. */
  stop(): Promise<void>;
}

const UPLOADS = /^\/v2\/(.+)\/blobs\/uploads\/?$/;
const UPLOAD = /^\/v2\/(.+)\/blobs\/uploads\/([0-9a-f-]{36})$/;

/** Starts a registry on this machine that is a registry elsewhere, whatever the size of bodies. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const stopping = new AbortController();
  const uploads = new RelayUploads(options.send, options.chunkBytes, stopping.signal);
  const server = createServer(async (request, answer) => {
    try {
      admit(request, portOf(), options.secret);
      await serve(options.send, uploads, request, answer);
    } catch (error) {
      answerError(answer, error);
    }
  });
  // A layer of many gigabytes takes as long as it takes.
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
  answer: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://relay');
  if (pathname !== '/v2' && !pathname.startsWith('/v2/')) {
    throw new RelayError(404, 'UNSUPPORTED', 'there is /v2 and nothing else');
  }
  const [, place] = UPLOADS.exec(pathname) ?? [];
  const [, name, id] = UPLOAD.exec(pathname) ?? [];
  if (place !== undefined && request.method === 'POST') {
    await uploads.begin(request, answer, place, searchParams);
  } else if (name !== undefined && id !== undefined) {
    await uploads.continue(request, answer, name, id, searchParams);
  } else {
    await passOn(send, request, answer);
  }
}
