import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import { ERRORS } from '../../../src/domain/errors.ts';
import { ANSWER_HEADERS } from '../../../src/http/secure-answers.ts';

/** Seconds after which a client may try again; a restart of workerd takes about one. */
const RETRY_AFTER = '2';

/** Answers in place of a Worker that does not run: 503, in the format of what was asked for. */
export function answerUnavailable(response: ServerResponse, path: string): void {
  const { status } = ERRORS.UNAVAILABLE;
  answer(response, status, ...describeUnavailable(path), { 'retry-after': RETRY_AFTER });
}

function describeUnavailable(path: string): [type: string, body: string] {
  const { status, code, message } = ERRORS.UNAVAILABLE;
  if (/^\/v2(?:\/|$)/.test(path)) {
    return ['application/json', JSON.stringify({ errors: [{ code, message }] })];
  }
  if (/^\/api(?:\/|$)/.test(path)) {
    const problem = { type: 'about:blank', title: message, status, code: 'unavailable' };
    return ['application/problem+json', JSON.stringify({ ...problem, instance: path })];
  }
  return [PLAIN, `${message}\n`];
}

const PLAIN = 'text/plain; charset=utf-8';

/** Answers with one line. */
export function answerText(response: ServerResponse, status: number, line: string): void {
  answer(response, status, PLAIN, `${line}\n`);
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...ANSWER_HEADERS,
    ...headers,
  });
  endResponse(response, body);
}

/**
 * Ends a response; where its connection ends with it, not before the whole request has come: the
 * system of a client that still sends would discard what it has not read yet.
 */
export function endResponse(response: ServerResponse, last?: string | Buffer): void {
  const { req: request } = response;
  if (response.shouldKeepAlive || request.complete) {
    response.end(last);
    return;
  }
  response.flushHeaders();
  if (last !== undefined) response.write(last);
  finished(request, { writable: false }, () => response.end());
  request.unpipe().resume();
}
