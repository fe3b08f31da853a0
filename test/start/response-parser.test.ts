import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ResponseParser } from '../../scripts/lib/front/response-parser.ts';

/** Pushes a text in pieces of these lengths, and puts together what was found. */
function parse(text: string, lengths: readonly number[] = [], method = 'GET') {
  const parser = new ResponseParser(method);
  let rest = Buffer.from(text, 'latin1');
  const found = { status: 0, reason: '', headers: [] as string[], body: '', isComplete: false };
  for (const length of [...lengths, rest.length]) {
    const { head, body, isComplete } = parser.push(rest.subarray(0, length));
    rest = rest.subarray(length);
    Object.assign(found, head, { isComplete });
    found.body += Buffer.concat(body).toString('latin1');
  }
  return found;
}

const sized = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a: b\r\n\r\nhello';
const chunked =
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n0C\r\nlo\r\n\r\n0\r\nwor\r\n2;x=y\r\nld\r\n0\r\n\r\n';

describe('a response of workerd', () => {
  test('with a length', () => {
    expect(parse(sized)).toEqual({
      status: 200,
      reason: 'OK',
      headers: ['Content-Length', '5', 'X', 'a: b'],
      body: 'hello',
      isComplete: true,
    });
  });

  test('in chunks, whose bytes may look like sizes', () => {
    expect(parse(chunked)).toMatchObject({ body: 'hello\r\n\r\n0\r\nworld', isComplete: true });
  });

  test.each([
    ['HEAD', sized],
    ['HEAD', chunked.slice(0, chunked.indexOf('3\r\n'))],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304\r\ncontent-length: 5\r\n\r\n'],
  ])('without a body, to %s', (method, text) => {
    expect(parse(text, [], method)).toMatchObject({ body: '', isComplete: true });
  });

  test('after one that only announces it', () => {
    expect(parse(`HTTP/1.1 100 Continue\r\n\r\n${sized}`)).toMatchObject({ body: 'hello' });
  });

  test.each([sized, chunked])('that was cut off is not complete', (text) => {
    for (let length = 0; length < text.length - 2; length++) {
      expect([length, parse(text.slice(0, length)).isComplete]).toEqual([length, false]);
    }
  });

  test.each([sized, chunked])('is the same in all pieces', (text) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 })), (lengths) => {
        expect(parse(text, lengths)).toEqual(parse(text));
      }),
    );
  });

  test.each(['SSH-2.0-OpenSSH\r\n\r\n', `${chunked.slice(0, -5)}no size\r\n`])(
    'that is none is refused',
    (text) => {
      expect(() => parse(text)).toThrow(/begins with/);
    },
  );
});
