const BLOCK = 512;
const EXTENDED_HEADER = 'x'.charCodeAt(0);

/**
 * The records of the extended headers among the blocks of a file's headers, in their order and with
 * those that are repeated.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03
 * @param blocks of 512 bytes each, whose headers were found valid
 */
export function readPaxRecords(blocks: readonly Uint8Array[]): [key: string, value: string][] {
  const records: [string, string][] = [];
  for (let at = 0; at < blocks.length; ) {
    const header = blocks[at] ?? new Uint8Array(BLOCK);
    const size = Number.parseInt(decode(header.subarray(124, 136)), 8) || 0;
    const next = at + 1 + Math.ceil(size / BLOCK);
    if (header[156] === EXTENDED_HEADER) {
      records.push(...parseRecords(concat(blocks.slice(at + 1, next)).subarray(0, size)));
    }
    at = next;
  }
  return records;
}

/** Each is `length key=value\n`, where the length counts all bytes of it. */
function* parseRecords(bytes: Uint8Array): Generator<[key: string, value: string]> {
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(decode(bytes.subarray(at, at + 20)), 10);
    if (!(length > 0)) return;
    const [, key = '', value = ''] =
      /^\d+ ([^=]*)=(.*)\n$/s.exec(decode(bytes.subarray(at, at + length))) ?? [];
    yield [key, value];
    at += length;
  }
}

function concat(blocks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(blocks.length * BLOCK);
  for (const [n, block] of blocks.entries()) bytes.set(block, n * BLOCK);
  return bytes;
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
