import { createTarDecoder, type TarHeader } from 'modern-tar';
import { MAGIC_BYTES } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import { FileContent } from '../file-content.ts';
import type { Source } from '../source.ts';
import { startsWith } from '../streams.ts';
import {
  type Entries,
  type Entry,
  MAX_DOCUMENT_BYTES,
  parentPath,
  resolvePath,
} from './entries.ts';
import { readSparseMap, sparseContent } from './sparse-file.ts';
import { openCursor, type TarCursor } from './tar-cursor.ts';

const BLOCK = 512;

/** Blocks of a file's headers, including long names and pax records: 1 MiB. */
const MAX_HEADER_BLOCKS = 2048;

/** All file names are held in memory. */
const MAX_FILES = 100_000;

/** Bytes of JSON files that are kept in memory while a compressed archive is indexed. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Finds the files of a tar archive and their offsets. Of a seekable source it reads the headers
 * only. Of another it keeps JSON files in memory on the way, so that they need no second pass.
 *
 * modern-tar parses the headers (checksums, long names, pax), but its decoder expects all bytes
 * and does not tell where a file begins. So it is fed block by block: as soon as it returns a
 * header, the cursor is at the file's first byte.
 * @param maxBytes limit of the archive, decompressed
 * @throws ArchiveError
 */
export async function indexTar(source: Source, maxBytes: number): Promise<Entries> {
  const cursor = openCursor(source);
  const entries = new Map<string, Entry>();
  let room = source.seekable ? 0 : MAX_KEPT_BYTES;
  for (;;) {
    const found = await readHeader(cursor);
    if (found === null) break;
    const { header } = found;
    const sparse = await readSparseMap(cursor, found.blocks, header);
    const position = cursor.position;
    const end = position + (sparse?.stored ?? header.size);
    const size = sparse?.size ?? header.size;
    if (Math.max(end, position + size) > maxBytes) {
      throw new ArchiveError('TOO_LARGE', { limit: maxBytes });
    }
    const kept = source.seekable || sparse ? undefined : await readHead(cursor, size, room);
    room -= kept?.length ?? 0;
    await skipFile(cursor, end);
    const content = sparse
      ? sparseContent(source, position, sparse)
      : new FileContent(source, position, size, kept);
    const entry = makeEntry(header, sparse?.name ?? header.name, content);
    if (entry.path !== '') entries.set(entry.path, entry);
    if (entries.size > MAX_FILES) throw new ArchiveError('TOO_MANY_FILES', { limit: MAX_FILES });
  }
  if (entries.size === 0) throw new ArchiveError('NOT_AN_ARCHIVE');
  // Only the end of a compressed archive shows whether it is complete.
  await cursor.skip(maxBytes);
  return entries;
}

/** A header, and the blocks that it consists of. */
interface FoundHeader {
  readonly header: TarHeader;
  readonly blocks: readonly Uint8Array[];
}

/** The next header; null after the last file. */
async function readHeader(cursor: TarCursor): Promise<FoundHeader | null> {
  const start = cursor.position;
  const decoder = createTarDecoder({ strict: true });
  const writer = decoder.writable.getWriter();
  const reader = decoder.readable.getReader();
  const found: { header?: TarHeader } = {};
  const blocks: Uint8Array[] = [];
  reader.read().then(
    ({ value }) => Object.assign(found, value && { header: value.header }),
    () => {},
  );
  try {
    while (blocks.length < MAX_HEADER_BLOCKS && !found.header) {
      const block = withoutOldTime(await cursor.read(BLOCK));
      if (blocks.length === 0 && isEnd(block)) return null;
      if (block.length < BLOCK)
        throw new ArchiveError(start === 0 ? 'NOT_AN_ARCHIVE' : 'CUT_SHORT');
      blocks.push(block);
      await writer.write(block);
    }
  } catch (error) {
    throw error instanceof ArchiveError ? error : damaged(start, error);
  } finally {
    reader.cancel().catch(() => {});
  }
  if (!found.header) throw damaged(start);
  return { header: found.header, blocks };
}

/** Where a header has its time and its checksum. */
const TIME = { start: 136, end: 148 };
const CHECKSUM = { start: 148, end: 156 };

/**
 * A header whose time is before 1970 without it: modern-tar takes the binary form, in which GNU tar
 * writes it, for a number that is too large.
 */
function withoutOldTime(block: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = block.slice();
  const isHeader = startsWith(block.subarray(257), [0x75, 0x73, 0x74, 0x61, 0x72]);
  if (!isHeader || block[TIME.start] !== 0xff) return copy;
  const sum = block.subarray(TIME.start, TIME.end).reduce((total, byte) => total + byte, 0);
  const [, octal = ''] =
    /([0-7]+)/.exec(decode(block.subarray(CHECKSUM.start, CHECKSUM.end))) ?? [];
  copy.fill(0, TIME.start, TIME.end);
  const checksum = (Number.parseInt(octal, 8) - sum).toString(8).padStart(6, '0');
  copy.set(new TextEncoder().encode(`${checksum}\0 `), CHECKSUM.start);
  return copy;
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A block of zeros, or the end of the source: some tools do not write the zeros. */
function isEnd(block: Uint8Array): boolean {
  return (block.length === 0 || block.length === BLOCK) && block.every((byte) => byte === 0);
}

function damaged(offset: number, cause?: unknown): ArchiveError {
  if (offset === 0) return new ArchiveError('NOT_AN_ARCHIVE', {}, { cause });
  return new ArchiveError('DAMAGED', { offset }, { cause });
}

/** The whole file if it may be a JSON file, else its first bytes, which show its compression. */
async function readHead(cursor: TarCursor, size: number, room: number): Promise<Uint8Array> {
  const head = await cursor.read(Math.min(size, MAGIC_BYTES));
  const isJson = head[0] === 0x7b || head[0] === 0x5b;
  if (!isJson || size > Math.min(MAX_DOCUMENT_BYTES, room)) return head;
  const whole = new Uint8Array(size);
  whole.set(head);
  whole.set(await cursor.read(size - head.length), head.length);
  return whole;
}

/** Skips to the block after a file. */
async function skipFile(cursor: TarCursor, end: number): Promise<void> {
  const padded = Math.ceil(end / BLOCK) * BLOCK;
  await cursor.skip(padded - cursor.position);
  if (cursor.position < padded) throw new ArchiveError('CUT_SHORT');
}

function makeEntry(header: TarHeader, name: string, content: FileContent): Entry {
  const path = resolvePath('', name);
  const { type = 'file', linkname: target = '' } = header;
  if (type === 'file') return { kind: 'file', path, content };
  if (type === 'symlink') return { kind: 'link', path, folder: parentPath(path), target };
  if (type === 'link') return { kind: 'link', path, folder: '', target };
  return { kind: 'other', path, type };
}
