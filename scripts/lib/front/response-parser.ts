/** A response as workerd sends it on a connection of its own, which it closes afterwards. */
interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn. */
  readonly headers: string[];
}

/** What bytes of a response were found to be. The body's pieces are views of what was pushed. */
export interface Parsed {
  /** Once, when it has come. */
  readonly head: ResponseHead | null;
  readonly body: Buffer[];
  readonly isComplete: boolean;
}

const HEAD_END = '\r\n\r\n';

/** Parses one response, whatever its pieces. https://www.rfc-editor.org/rfc/rfc9112 */
export class ResponseParser {
  readonly #hasBody: boolean;
  #received = Buffer.alloc(0);
  #body: Body | null = null;

  /** @param method of the request: the response to HEAD has no body */
  constructor(method: string) {
    this.#hasBody = method !== 'HEAD';
  }

  /** @throws Error when it is no response */
  push(bytes: Buffer): Parsed {
    if (this.#body) return { head: null, body: this.#body.push(bytes), ...this.#state() };
    this.#received = Buffer.concat([this.#received, bytes]);
    const end = this.#received.indexOf(HEAD_END);
    if (end === -1) return { head: null, body: [], isComplete: false };
    const head = parseHead(this.#received.toString('latin1', 0, end));
    const rest = this.#received.subarray(end + HEAD_END.length);
    this.#received = Buffer.alloc(0);
    if (head.status < 200) return this.push(rest);
    this.#body = this.#hasBody ? bodyOf(head) : new SizedBody(0);
    return { head, body: this.#body.push(rest), ...this.#state() };
  }

  #state() {
    return { isComplete: this.#body?.isComplete ?? false };
  }
}

function parseHead(text: string): ResponseHead {
  const [start = '', ...lines] = text.split('\r\n');
  const [, status, reason = ''] = /^HTTP\/1\.1 (\d{3})(?: (.*))?$/.exec(start) ?? [];
  if (status === undefined) throw new Error(`no response begins with "${start}"`);
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { status: Number(status), reason, headers };
}

interface Body {
  readonly isComplete: boolean;
  push(bytes: Buffer): Buffer[];
}

function bodyOf({ status, headers }: ResponseHead): Body {
  const find = (wanted: string) =>
    headers[headers.findIndex((name, n) => n % 2 === 0 && name.toLowerCase() === wanted) + 1];
  if (status === 204 || status === 304) return new SizedBody(0);
  const length = headers.some((name) => name.toLowerCase() === 'content-length');
  return length ? new SizedBody(Number(find('content-length'))) : new ChunkedBody();
}

class SizedBody implements Body {
  #left: number;

  constructor(size: number) {
    this.#left = size;
  }

  get isComplete(): boolean {
    return this.#left === 0;
  }

  push(bytes: Buffer): Buffer[] {
    const piece = bytes.subarray(0, this.#left);
    this.#left -= piece.length;
    return piece.length > 0 ? [piece] : [];
  }
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-7.1 */
class ChunkedBody implements Body {
  /** Bytes of the current chunk that are to come; null before its size is known. */
  #left: number | null = null;
  /** The line of a size, as far as it has come. */
  #line = '';
  isComplete = false;

  push(bytes: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length && !this.isComplete; ) {
      if (this.#left === null) {
        at = this.#readSize(bytes, at);
        continue;
      }
      const piece = bytes.subarray(at, at + this.#left);
      if (piece.length > 0) pieces.push(piece);
      at += piece.length;
      this.#left -= piece.length;
      if (this.#left === 0) this.#left = null;
    }
    return pieces;
  }

  /** Reads up to the end of a size; the end of the chunk before it is an empty line. */
  #readSize(bytes: Buffer, from: number): number {
    const end = bytes.indexOf('\n', from);
    this.#line += bytes.toString('latin1', from, end === -1 ? bytes.length : end);
    if (end === -1) return bytes.length;
    const line = this.#line.trim();
    this.#line = '';
    if (line !== '') {
      const size = Number.parseInt(line, 16);
      if (Number.isNaN(size)) throw new Error(`no chunk begins with "${line}"`);
      this.#left = size;
      this.isComplete = size === 0;
    }
    return end + 1;
  }
}
