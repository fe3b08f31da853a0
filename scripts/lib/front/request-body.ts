import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Transform } from 'node:stream';

/** Sends the body of a request whose head was sent, in the framing that the head has named. */
export function sendBody(incoming: IncomingMessage, outgoing: Socket): void {
  const isChunked = incoming.headers['transfer-encoding'] !== undefined;
  // Not ended: to workerd a connection whose one side ends is one that breaks off.
  const body = isChunked ? incoming.pipe(encodeChunks()) : incoming;
  body.pipe(outgoing, { end: false });
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-7.1 */
function encodeChunks(): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      this.push(`${chunk.length.toString(16)}\r\n`);
      this.push(chunk);
      this.push('\r\n');
      done();
    },
    flush(done) {
      done(null, '0\r\n\r\n');
    },
  });
}
