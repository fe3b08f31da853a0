import type { ServerResponse } from 'node:http';
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
  response.end(body);
}
