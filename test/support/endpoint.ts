import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** How an endpoint behaves. */
export type Behaviour = 'works' | '500' | 'hangs' | 'resets' | 'redirects' | 'gigabyte';

/** A request that an endpoint took or refused. */
export interface Received {
  readonly id: string;
  readonly image: string;
  readonly tag: string;
  /** Whether it answered with success. */
  readonly isTaken: boolean;
}

/** An endpoint of triggers on this machine, whose requests are JSON with `image` and `tag`. */
export class TestEndpoint {
  behaviour: Behaviour = 'works';
  readonly received: Received[] = [];
  /** Requests that followed a redirect. */
  strayed = 0;
  readonly #server = createServer((request, response) => void this.#take(request, response));

  async start(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** The requests that were taken: the first of each event, in the order of their arrival. */
  get taken(): Received[] {
    const firsts = new Map<string, Received>();
    for (const one of this.received) {
      if (one.isTaken && !firsts.has(one.id)) firsts.set(one.id, one);
    }
    return [...firsts.values()];
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== '/hook') this.strayed++;
    const { image, tag } = JSON.parse(await text(request)) as Pick<Received, 'image' | 'tag'>;
    const isTaken = this.behaviour === 'works' || this.behaviour === 'gigabyte';
    const id = String(request.headers['webhook-id']);
    this.received.push({ id, image, tag, isTaken });
    if (this.behaviour === 'works') response.writeHead(204).end();
    else if (this.behaviour === '500') response.writeHead(500).end('broken');
    else if (this.behaviour === 'resets') request.socket.resetAndDestroy();
    else if (this.behaviour === 'redirects') response.writeHead(302, { location: '/other' }).end();
    else if (this.behaviour === 'gigabyte') sendGigabyte(response);
  }
}

function sendGigabyte(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, 'a');
  response.writeHead(200);
  Readable.from(Array.from({ length: 16 * 1024 }, () => chunk))
    .on('error', () => {})
    .pipe(response)
    .on('error', () => {});
}
