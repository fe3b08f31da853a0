/** Requests as no well-behaved client sends them. */
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a target as it is written, on a connection of its own. */
export function askRaw(
  port: number,
  target: string,
  headers: OutgoingHttpHeaders = {},
  method = 'GET',
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const options = { host: '127.0.0.1', port, path: target, method, headers, agent: false };
  const outgoing = request(options, async (answer) => {
    const chunks = await answer.toArray();
    const text = Buffer.concat(chunks).toString();
    resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
  });
  outgoing.once('error', reject).end();
  return promise;
}
