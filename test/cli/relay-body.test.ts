import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutBody } from '../../src/cli/relay/body.ts';

const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });

test('a body is cut into full chunks and a last one, whatever the pieces it arrives in', async () => {
  const property = fc.asyncProperty(
    pieces,
    fc.integer({ min: 1, max: 64 }),
    fc.nat(1000),
    async (list, size, start) => {
      const body = Readable.from(list.map((piece) => Buffer.from(piece)));
      const found: Buffer[] = [];
      let offset = start;
      let ended = false;
      for await (const chunk of cutBody(body as never, start, size)) {
        expect(ended).toBe(false);
        expect(chunk.start).toBe(offset);
        const length = chunk.end - chunk.start;
        if (chunk.last) expect(length).toBeLessThanOrEqual(size);
        else expect(length).toBe(size);
        // A chunk is valid only until the next one is read.
        found.push(Buffer.from(chunk.part(chunk.start, chunk.end)));
        offset = chunk.end;
        ended = chunk.last;
      }
      expect(ended).toBe(true);
      expect(Buffer.concat(found).equals(Buffer.concat(list))).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});
