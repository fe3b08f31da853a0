/** What `npm start` makes of the answers of workerd, whenever they come. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TrustedProxies } from '../../scripts/lib/front/client-address.ts';
import { Front } from '../../scripts/lib/front/front.ts';
import { claimPort } from '../../scripts/lib/network.ts';

const ANSWER = 'HTTP/1.1 401 Unauthorized\r\ncontent-length: 5\r\nconnection: close\r\n\r\nno 42';

/** Bytes of a request that stand-ins for workerd read before they answer and close. */
const READ = [0, 1, 1000, 100_000, 300_000];

let folder = '';
let front: Front;
let worker: Server;
/** What the stand-in does with a connection. */
let serve: (socket: Socket) => void;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orlop-front-'));
  const path = join(folder, 'worker');
  worker = createServer((socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => worker.listen(path, resolve));
  const port = await claimPort('127.0.0.1', 0);
  const trustedProxies = new TrustedProxies([]);
  front = new Front({ host: '127.0.0.1', port, tls: null, trustedProxies, verbose: false });
  await front.listen();
  front.open(path);
});
afterAll(async () => {
  await front.close();
  worker.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a request that workerd answers before it has read the body', () => {
  test.each(READ)('gets the answer, after %i bytes', async (bytes) => {
    serve = (socket) => answerAfter(socket, bytes);
    for (let n = 0; n < 40; n++) {
      const size = bytes + 50_000 + n * 100_000;
      expect(await send(front.port, size)).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n.*no 42$/s);
    }
  });

  test('gets the answer of the front itself, too', async () => {
    for (let n = 0; n < 40; n++) {
      expect(await send(front.port, 1_000_000, '/cdn-cgi/')).toMatch(
        /^HTTP\/1\.1 404 .*address\n$/s,
      );
    }
  });
});

/** Reads so many bytes of a request, answers and closes. */
function answerAfter(socket: Socket, bytes: number): void {
  let left = bytes;
  socket.on('data', (chunk) => {
    left -= chunk.length;
    if (left <= 0) socket.pause().write(ANSWER, () => socket.destroy());
  });
}

test.each([
  ['content-length, host', 'content-length: 5'],
  ['Content-Length', 'content-length: 5'],
  ['transfer-encoding', 'transfer-encoding: chunked'],
])('a header "Connection: %s" does not take the body away', async (named, framing) => {
  let received = '';
  serve = (socket) => {
    socket.on('data', (chunk) => {
      received += chunk;
      if (/hello(?:\r\n0\r\n\r\n)?$/.test(received)) socket.end(ANSWER);
    });
  };
  const body = framing.includes('chunked') ? '5\r\nhello\r\n0\r\n\r\n' : 'hello';
  const connection = `connection: x-one\r\nConnection: close , ${named}, X-Two`;
  const headers = `host: a\r\nx-one: 1\r\nx-two: 2\r\nx-three: 3\r\n${connection}\r\n${framing}`;
  const socket = connect({ host: '127.0.0.1', port: front.port });
  socket.write(`PUT /v2/ HTTP/1.1\r\n${headers}\r\n\r\n${body}`);
  expect(await text(socket)).toContain('401');
  expect(received).toContain(`\r\n${framing}\r\n`);
  expect(received).toContain('\r\nhost: a\r\n');
  expect(received).toContain('\r\nx-three: 3\r\n');
  expect(received).not.toMatch(/x-one|x-two/i);
});

test.each([
  ['If-Match:', 'If-Match: ,'],
  ['if-none-match: ', 'if-none-match: ,'],
  ['If-Match: "a"', 'If-Match: "a"'],
])('"%s" reaches workerd, which would drop an empty one, as "%s"', async (header, passed) => {
  let received = '';
  serve = (socket) => {
    socket.on('data', (chunk) => {
      received += chunk;
      socket.end(ANSWER);
    });
  };
  const socket = connect({ host: '127.0.0.1', port: front.port });
  socket.write(`DELETE /v2/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${header}\r\n\r\n`);
  await text(socket);
  expect(received).toContain(`\r\n${passed}\r\n`);
});

/** Sends a body of a size, whatever is answered, and answers all that came. */
async function send(port: number, size: number, path = '/v2/'): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  const length = `content-length: ${size}\r\n\r\n`;
  socket.write(`PUT ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${length}`);
  socket.write(Buffer.alloc(size));
  return await text(socket);
}
