import type { RenderedRequest } from '../../domain/triggers/action.ts';
import { parseRetryAfter } from '../../domain/triggers/retries.ts';

/** How long an endpoint may take for its whole answer, ms. */
const TIME_LIMIT = 10_000;
/** The most bytes of an answer that are read. */
const ANSWER_LIMIT = 64 * 1024;
/** The most characters of it that are kept. */
export const KEPT_ANSWER = 4096;

/** The most characters of a secret, each written with three. */
const LONGEST_SECRET = 3 * 8192;

/** What came of a request. */
export interface Sent {
  readonly answer: { readonly status: number; readonly body: string } | null;
  readonly error: string | null;
  /** What the endpoint asks for, ms; null: nothing. */
  readonly retryAfter: number | null;
  readonly duration: number;
}

/** Status of Cloudflare's own answer where the certificate of the other side cannot be verified. */
const INVALID_CERTIFICATE = 526;

/**
 * Sends a request once. Redirects are not followed: they could lead to where none may go.
 * @param outbound in place of the internet: see Env
 */
export async function sendRequest(
  request: RenderedRequest,
  outbound: Fetcher | undefined,
): Promise<Sent> {
  const begun = Date.now();
  const took = () => Math.max(0, Date.now() - begun);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new DOMException('', 'TimeoutError')), TIME_LIMIT);
  try {
    const send = outbound ? outbound.fetch.bind(outbound) : fetch;
    const response = await send(request.url, {
      method: request.method,
      headers: request.headers,
      redirect: 'manual',
      signal: limit.signal,
      ...(request.body === '' ? {} : { body: request.body }),
    });
    const body = await readStart(response);
    const retryAfter = parseRetryAfter(response.headers.get('retry-after'), Date.now());
    const { status } = response;
    return { answer: { status, body }, error: answerError(status), retryAfter, duration: took() };
  } catch (error) {
    return { answer: null, error: describe(error), retryAfter: null, duration: took() };
  } finally {
    clearTimeout(timer);
  }
}

function answerError(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400)
    return 'the endpoint redirects, and redirects are not followed';
  if (status === INVALID_CERTIFICATE) return 'the certificate of the endpoint cannot be verified';
  return `the endpoint answered ${status}`;
}

function describe(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'TimeoutError') return `no whole answer within ${TIME_LIMIT / 1000} s`;
  if (/certificate|TLS|SSL/i.test(message)) {
    return `the certificate of the endpoint cannot be verified: ${message}`;
  }
  // A local workerd keeps the reason to itself.
  if (message.startsWith('internal error')) {
    return 'no connection: the name is unknown, or the certificate of the endpoint cannot be verified';
  }
  return `no answer: ${message}`;
}

/** The beginning of an answer's body, more than is kept; the rest is not read. */
async function readStart(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  while (bytes < ANSWER_LIMIT) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    text += decoder.decode(value, { stream: true });
  }
  // Not awaited: a side that hangs would hang this, too.
  void reader.cancel().catch(() => {});
  // A secret that is cut at the end would not be found, and not be masked.
  return text.slice(0, -LONGEST_SECRET);
}
