import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerUnavailable, endResponse } from './answers.ts';
import { formatRequestHead, responseHeaders } from './headers.ts';
import { sendBody } from './request-body.ts';
import { ResponseParser } from './response-parser.ts';
import { WorkerSocket } from './worker-socket.ts';

/** A request as the Worker is to see it. */
export interface Forwarded {
  readonly url: URL;
  /** Address of the client. */
  readonly client: string;
}

/** Bytes of a response that are read at once. */
const BUFFER_SIZE = 128 * 1024;

/**
 * Passes a request to the Worker, and its response to the client; both bodies stream at the pace
 * of the slower side. Whichever side goes away ends the other: the Worker sees an aborted body,
 * the client a cut response, or 503 where none had begun.
 *
 * Each request has a connection of its own: one that is kept may be closed by workerd while it is
 * used again. Its bytes are read into one buffer. Node's client takes a new one for each read, and
 * collecting them takes longer than all the rest.
 * @param socketPath where workerd takes requests with whole URLs
 */
export function forwardToWorker(
  incoming: IncomingMessage,
  response: ServerResponse,
  { url, client }: Forwarded,
  socketPath: string,
): void {
  const buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  const relay = new Relay(response, incoming.method ?? 'GET');
  const take = (length: number): boolean => {
    try {
      return relay.take(buffer.subarray(0, length), () => outgoing.resume());
    } catch (error) {
      outgoing.destroy(error as Error);
      return false;
    }
  };
  // The client has to get rid of its body to read the response.
  const drain = () => incoming.unpipe().resume();
  const outgoing = new WorkerSocket({ buffer, callback: take }, drain);
  outgoing.connect(socketPath);
  outgoing.on('error', () => {});
  outgoing.once('close', () => {
    drain();
    if (relay.isComplete) return;
    if (response.headersSent || response.destroyed) response.destroy();
    else answerUnavailable(response, url.pathname);
  });
  response.once('close', () => outgoing.destroy());
  outgoing.write(formatRequestHead(incoming, url, client), 'latin1');
  sendBody(incoming, outgoing);
}

/** Passes a response on, piece by piece. */
class Relay {
  readonly #response: ServerResponse;
  readonly #parser: ResponseParser;
  isComplete = false;

  constructor(response: ServerResponse, method: string) {
    this.#response = response;
    this.#parser = new ResponseParser(method);
  }

  /**
   * Passes bytes on.
   * @param next called when they have been written, unless it returns true: then there were none
   * @throws Error when they are no response
   */
  take(bytes: Buffer, next: () => void): boolean {
    const { head, body, isComplete } = this.#parser.push(bytes);
    if (head) {
      this.#response.writeHead(head.status, head.reason, responseHeaders(head.headers));
    }
    this.isComplete = isComplete;
    const last = body.pop();
    for (const piece of body) this.#response.write(piece);
    if (isComplete) endResponse(this.#response, last);
    else if (last) this.#response.write(last, next);
    return !isComplete && last === undefined;
  }
}
