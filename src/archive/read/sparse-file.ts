import type { TarHeader } from 'modern-tar';
import { ArchiveError } from '../errors.ts';
import { FileContent } from '../file-content.ts';
import type { Source } from '../source.ts';
import { pullStream } from '../streams.ts';
import { readPaxRecords } from './pax-records.ts';
import type { TarCursor } from './tar-cursor.ts';

/** Bytes of a sparse file that the archive has; zeros are between them. */
interface SparsePart {
  /** In the file. */
  readonly start: number;
  readonly end: number;
  /** After the first byte that the archive has of the file. */
  readonly stored: number;
}

/** What a sparse file consists of. All numbers are bytes. */
export interface SparseMap {
  /** Null where the header has it. */
  readonly name: string | null;
  readonly size: number;
  /** Bytes in the archive. */
  readonly stored: number;
  readonly parts: readonly SparsePart[];
}

const BLOCK = 512;
const GNU_SPARSE = 'S'.charCodeAt(0);

/** Parts of one file; each is held in memory. */
const MAX_PARTS = 100_000;

/**
 * Reads the map of a sparse file, with which the cursor is at its first byte; null for other files.
 * `tar --sparse` writes them, by default as an entry of type S, else with pax records.
 * https://www.gnu.org/software/tar/manual/html_section/Sparse-Formats.html
 * @param blocks of the file's headers, of which the last is its own
 * @throws ArchiveError DAMAGED, CUT_SHORT
 */
export async function readSparseMap(
  cursor: TarCursor,
  blocks: readonly Uint8Array[],
  { size, pax = {} }: TarHeader,
): Promise<SparseMap | null> {
  const at = cursor.position;
  const block = blocks.at(-1);
  if (block?.[156] === GNU_SPARSE) {
    const pairs = await readGnuPairs(cursor, block);
    return makeMap(at, null, readNumber(block, 483), size, pairs);
  }
  const name = pax['GNU.sparse.name'] ?? null;
  const realSize = Number(pax['GNU.sparse.realsize'] ?? pax['GNU.sparse.size']);
  if (pax['GNU.sparse.major'] === '1') {
    const pairs = await readTextPairs(cursor);
    return makeMap(at, name, realSize, size - (cursor.position - at), pairs);
  }
  const map = pax['GNU.sparse.map'];
  if (map !== undefined) return makeMap(at, name, realSize, size, map.split(',').map(Number));
  if (pax['GNU.sparse.numblocks'] === undefined) return null;
  return makeMap(at, name, realSize, size, readRepeatedPairs(blocks));
}

/** Offset and size of each part, in records that are repeated for each. */
function readRepeatedPairs(blocks: readonly Uint8Array[]): number[] {
  const wanted = ['GNU.sparse.offset', 'GNU.sparse.numbytes'];
  const records = readPaxRecords(blocks).filter(([key]) => wanted.includes(key));
  const isInTurn = records.every(([key], n) => key === wanted[n % 2]);
  return isInTurn ? records.map(([, value]) => Number(value)) : [Number.NaN];
}

/** Offset and size of each part: four in the header, 21 in each block that follows. */
async function readGnuPairs(cursor: TarCursor, header: Uint8Array): Promise<number[]> {
  const numbers = readNumbers(header, 386, 8);
  for (let more = header[482]; more; ) {
    const block = await readBlock(cursor);
    numbers.push(...readNumbers(block, 0, 42));
    more = block[504];
    if (numbers.length > 2 * MAX_PARTS) throw damaged(cursor.position);
  }
  return numbers;
}

function readNumbers(block: Uint8Array, start: number, count: number): number[] {
  const offsets = Array.from({ length: count }, (_, i) => start + i * 12);
  return offsets.filter((at) => block[at] !== 0).map((at) => readNumber(block, at));
}

/** 12 bytes: octal digits, or the number itself after a first bit of 1. */
function readNumber(block: Uint8Array, at: number): number {
  const field = block.subarray(at, at + 12);
  const [first = 0] = field;
  if (first === 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  return Number.parseInt(new TextDecoder().decode(field), 8);
}

/** Decimal lines before the data, padded to blocks: the number of parts, then offsets and sizes. */
async function readTextPairs(cursor: TarCursor): Promise<number[]> {
  let text = '';
  for (;;) {
    text += new TextDecoder().decode(await readBlock(cursor));
    const lines = text.split('\n');
    const count = Number(lines[0]);
    if (!(count <= MAX_PARTS)) throw damaged(cursor.position);
    // After the last number is one more line, of padding.
    if (lines.length > 2 * count + 1) return lines.slice(1, 2 * count + 1).map(Number);
  }
}

async function readBlock(cursor: TarCursor): Promise<Uint8Array> {
  const block = await cursor.read(BLOCK);
  if (block.length < BLOCK) throw new ArchiveError('CUT_SHORT');
  return block;
}

function makeMap(
  at: number,
  name: string | null,
  size: number,
  stored: number,
  pairs: readonly number[],
): SparseMap {
  const parts: SparsePart[] = [];
  let position = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const [start = Number.NaN, length = Number.NaN] = pairs.slice(i, i + 2);
    const part = { start, end: start + length, stored: position };
    if (!(start >= (parts.at(-1)?.end ?? 0) && length >= 0 && part.end <= size)) throw damaged(at);
    parts.push(part);
    position += length;
  }
  if (!Number.isSafeInteger(size) || position !== stored) throw damaged(at);
  return { name, size, stored, parts };
}

function damaged(offset: number): ArchiveError {
  return new ArchiveError('DAMAGED', { offset });
}

/** Bytes of zeros that are made at a time. */
const ZEROS = 64 * 1024;

/** The content of a sparse file, whose stored bytes begin at `position`. */
export function sparseContent(
  source: Source,
  position: number,
  { parts, size }: SparseMap,
): FileContent {
  const read = (from: number, to: number) => {
    let at = from - position;
    let next = 0;
    let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
    return pullStream(
      async () => {
        const end = to - position;
        if (at >= end) return null;
        while (at >= (parts[next]?.end ?? size)) next += 1;
        const part = parts[next];
        if (!part || at < part.start) {
          reader = null;
          const zeros = new Uint8Array(Math.min((part?.start ?? size) - at, end - at, ZEROS));
          at += zeros.length;
          return zeros;
        }
        const offset = position + part.stored - part.start;
        reader ??= source.read(offset + at, offset + Math.min(part.end, end)).getReader();
        const { value } = await reader.read();
        at += value?.length ?? 0;
        if (at === part.end) reader = null;
        return value ?? null;
      },
      () => void reader?.cancel().catch(() => {}),
    );
  };
  const { seekable } = source;
  return new FileContent({ size, seekable, read, slice: () => null }, position, size);
}
