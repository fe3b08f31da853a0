import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { forwardToWorker } from '../../../scripts/lib/front/forward.ts';
import { TRACE_HEADER } from './model.ts';
import type { Exchange } from './trips.ts';

/** The network in front of a Worker: each request takes its time, and is noted. */
export class WorldFront {
  readonly #server: Server;
  readonly #distance: number;
  readonly #socketPath: string;
  #exchanges: Exchange[] = [];
  #open = 0;
  #last = 0;

  /**
   * @param distance from the clients, ms there and back
   * @param socketPath where workerd takes requests with whole URLs
   */
  constructor(distance: number, socketPath: string) {
    this.#distance = distance;
    this.#socketPath = socketPath;
    this.#server = createServer({ requestTimeout: 0 }, (incoming, response) => {
      void this.#serve(incoming, response);
    });
  }

  /** Listens on a free port of this machine. @returns the origin */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests under way. */
  get open(): number {
    return this.#open;
  }

  /** All requests that have ended since they were taken last. */
  takeExchanges(): Exchange[] {
    return this.#exchanges.splice(0);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const begun = performance.now();
    const id = ++this.#last;
    const { method = '', url = '', headers } = incoming;
    this.#open++;
    response.once('close', () => {
      this.#open--;
      const ended = performance.now();
      this.#exchanges.push({ id, method, path: url, status: response.statusCode, begun, ended });
    });
    await delay(this.#distance);
    if (response.destroyed) return;
    incoming.rawHeaders.push(TRACE_HEADER, String(id));
    const forwarded = { url: new URL(url, `http://${headers.host}`), client: '127.0.0.1' };
    forwardToWorker(incoming, response, forwarded, this.#socketPath);
  }
}
