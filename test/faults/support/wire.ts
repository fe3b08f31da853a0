/** HTTP with a request body that the test controls: it can be cut off, delayed or abandoned. */
import { type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import type { Server } from '../../support/server.ts';

/** Where requests go, and what they sign in with. */
export type Registry = Pick<Server, 'origin' | 'credential'>;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Headers = Record<string, string | number>;

/** A request whose body is being sent, on a separate connection. */
export class Sending {
  /** Rejects when the connection breaks first; a test may ignore it. */
  readonly answer: Promise<Answer>;
  readonly #request: ClientRequest;

  constructor(server: Registry, method: string, path: string, headers: Headers = {}) {
    const { username, password } = server.credential;
    this.#request = request(`${server.origin}${path}`, {
      method,
      agent: false,
      auth: `${username}:${password}`,
      headers,
    });
    this.answer = receive(this.#request);
    this.answer.catch(() => {});
  }

  /** Gives the headers, then the bytes, to the system; settles once it has taken them. */
  async write(bytes: Uint8Array = new Uint8Array(0)): Promise<void> {
    this.#request.flushHeaders();
    if (bytes.length === 0) return;
    await new Promise((resolve) => this.#request.write(bytes, resolve));
  }

  end(bytes?: Uint8Array): Promise<Answer> {
    this.#request.end(bytes);
    return this.answer;
  }

  /** Breaks the connection, as a client does that has ended. */
  destroy(): void {
    this.#request.destroy();
  }
}

/** One request with its whole body. */
export function ask(
  server: Registry,
  method: string,
  path: string,
  body?: Uint8Array,
  headers: Headers = {},
): Promise<Answer> {
  const length: Headers = { 'content-length': body?.length ?? 0 };
  return new Sending(server, method, path, { ...length, ...headers }).end(body);
}

function receive(outgoing: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', async (incoming) => {
      try {
        const body = Buffer.concat(await incoming.toArray());
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
      } catch (error) {
        reject(error);
      }
    });
  });
}
