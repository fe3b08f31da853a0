import type { IncomingMessage } from 'node:http';

/** Names and values in turn, as Node keeps the headers of a message. */
type RawHeaders = readonly string[];

/** Belong to one connection. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const PER_CONNECTION = new Set(
  `connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer
   transfer-encoding upgrade`.split(/\s+/),
);

/** What only an edge or a proxy says about a client; `host` and `expect` are answered here. */
const FROM_EDGE = /^(?:cf-.*|x-forwarded-.*|forwarded|x-real-ip|true-client-ip|host|expect)$/;

/** The head of a request for the Worker, with the client's address as Cloudflare's edge says it. */
export function formatRequestHead(
  { headers, rawHeaders, method }: IncomingMessage,
  url: URL,
  client: string,
): string {
  const kept = withoutConnection(rawHeaders, (name) => !FROM_EDGE.test(name));
  kept.push('host', url.host, 'cf-connecting-ip', client, 'connection', 'close');
  if (headers['transfer-encoding'] !== undefined) kept.push('transfer-encoding', 'chunked');
  const lines = [`${method} ${url.href} HTTP/1.1`];
  for (let n = 0; n < kept.length; n += 2) {
    const [name = '', value = ''] = kept.slice(n, n + 2);
    lines.push(`${name}: ${CONDITION.test(name) ? value || EMPTY_LIST : value}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Workerd drops these where they have no value, and a change would be made without them. */
const CONDITION = /^if-(?:none-)?match$/i;

/** The same list as an empty value. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1 */
const EMPTY_LIST = ',';

/** The headers of a response for the client. */
export function responseHeaders(raw: RawHeaders): string[] {
  return withoutConnection(raw, () => true);
}

/** What no Connection header takes away: where the body ends, and what asks for it. */
const REQUIRED = ['content-length', 'host'];

function withoutConnection(raw: RawHeaders, keeps: (name: string) => boolean): string[] {
  const dropped = new Set([...PER_CONNECTION, ...listConnectionOptions(raw)]);
  for (const name of REQUIRED) dropped.delete(name);
  const kept: string[] = [];
  for (let n = 0; n < raw.length; n += 2) {
    const [name = '', value = ''] = raw.slice(n, n + 2);
    const lower = name.toLowerCase();
    if (!dropped.has(lower) && keeps(lower)) kept.push(name, value);
  }
  return kept;
}

/** Names of headers that a sender says belong to its connection. */
function listConnectionOptions(raw: RawHeaders): string[] {
  const values = raw.filter((_, n) => n % 2 === 1 && raw[n - 1]?.toLowerCase() === 'connection');
  return values.flatMap((value) => value.split(',').map((option) => option.trim().toLowerCase()));
}
