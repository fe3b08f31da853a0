import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { answerText, answerUnavailable } from './answers.ts';
import { identifyClient, type TrustedProxies } from './client-address.ts';
import { forwardToWorker } from './forward.ts';
import { checkTarget } from './target.ts';

/** How the front listens and whom it believes. */
export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  /** Certificate and key in PEM; plain http without them. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly trustedProxies: TrustedProxies;
  /** Prints a line for each request. */
  readonly verbose: boolean;
}

/** Time for requests in flight to finish after the server is asked to stop, in ms. */
const CLOSE_TIMEOUT = 3_000;

const CONNECTION_OPTIONS = {
  // A layer may take hours: neither a request nor its body has a limit of time.
  requestTimeout: 0,
  headersTimeout: 60_000,
  keepAliveTimeout: 75_000,
  maxHeaderSize: 64 * 1024,
  // Finds clients that have gone without a word.
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
};

/**
 * The one listener of `npm start`: takes requests from the network and passes them to the Worker,
 * without what only Cloudflare's edge or a developer may say.
 */
export class Front {
  readonly #options: FrontOptions;
  readonly #server: Server;
  #socketPath: string | null = null;

  constructor(options: FrontOptions) {
    this.#options = options;
    const serve = (incoming: IncomingMessage, response: ServerResponse) =>
      this.#serve(incoming, response);
    this.#server = options.tls
      ? createTlsServer({ ...CONNECTION_OPTIONS, ...options.tls }, serve)
      : createServer(CONNECTION_OPTIONS, serve);
  }

  /** Listens; until `open`, every request is answered with 503. */
  async listen(): Promise<void> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Passes requests on from now. */
  open(socketPath: string): void {
    this.#socketPath = socketPath;
  }

  /** Takes no more requests, and ends once those under way have, or their time is over. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_TIMEOUT);
    await closed;
    clearTimeout(timer);
  }

  #serve(incoming: IncomingMessage, response: ServerResponse): void {
    const { trustedProxies, verbose } = this.#options;
    const client = identifyClient(incoming, trustedProxies);
    const target = checkTarget(incoming, client.scheme);
    if (verbose) logWhenDone(incoming, response);
    if (!(target instanceof URL)) answerText(response, target.status, target.reason);
    else if (this.#socketPath === null) answerUnavailable(response, target.pathname);
    else
      forwardToWorker(
        incoming,
        response,
        { url: target, client: client.address },
        this.#socketPath,
      );
  }
}

function logWhenDone({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
  const begun = performance.now();
  response.once('close', () => {
    const status = response.headersSent ? response.statusCode : 'no response';
    const end = response.writableFinished ? '' : ', cut';
    // What stands after the path may be a signature.
    const path = url.split('?', 1)[0];
    console.log(`${method} ${path} ${status} (${Math.round(performance.now() - begun)} ms${end})`);
  });
}
