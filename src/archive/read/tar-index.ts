import { createTarDecoder, type TarHeader } from 'modern-tar';
import { MAGIC_BYTES } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import { FileContent } from '../file-content.ts';
import type { Source } from '../source.ts';
import {
  type Entries,
  type Entry,
  MAX_DOCUMENT_BYTES,
  parentPath,
  resolvePath,
} from './entries.ts';
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
    const header = await readHeader(cursor);
    if (header === null) break;
    const position = cursor.position;
    if (position + header.size > maxBytes) throw new ArchiveError('TOO_LARGE', { limit: maxBytes });
    const kept = source.seekable ? undefined : await readHead(cursor, header.size, room);
    room -= kept?.length ?? 0;
    await skipFile(cursor, position + header.size);
    const entry = makeEntry(header, new FileContent(source, position, header.size, kept));
    if (entry.path !== '') entries.set(entry.path, entry);
    if (entries.size > MAX_FILES) throw new ArchiveError('TOO_MANY_FILES', { limit: MAX_FILES });
  }
  if (entries.size === 0) throw new ArchiveError('NOT_AN_ARCHIVE');
  // Only the end of a compressed archive shows whether it is complete.
  await cursor.skip(maxBytes);
  return entries;
}

/** The next header; null after the last file. */
async function readHeader(cursor: TarCursor): Promise<TarHeader | null> {
  const start = cursor.position;
  const decoder = createTarDecoder({ strict: true });
  const writer = decoder.writable.getWriter();
  const reader = decoder.readable.getReader();
  const found: { header?: TarHeader } = {};
  reader.read().then(
    ({ value }) => Object.assign(found, value && { header: value.header }),
    () => {},
  );
  try {
    for (let count = 0; count < MAX_HEADER_BLOCKS && !found.header; count++) {
      const block = await cursor.read(BLOCK);
      if (count === 0 && isEnd(block)) return null;
      if (block.length < BLOCK)
        throw new ArchiveError(start === 0 ? 'NOT_AN_ARCHIVE' : 'CUT_SHORT');
      await writer.write(block as Uint8Array<ArrayBuffer>);
    }
  } catch (error) {
    throw error instanceof ArchiveError ? error : damaged(start, error);
  } finally {
    reader.cancel().catch(() => {});
  }
  if (!found.header) throw damaged(start);
  return found.header;
}

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

function makeEntry(header: TarHeader, content: FileContent): Entry {
  const path = resolvePath('', header.name);
  const { type = 'file', linkname = '' } = header;
  if (type === 'file') return { kind: 'file', path, content };
  if (type === 'symlink') {
    return { kind: 'link', path, target: resolvePath(parentPath(path), linkname) };
  }
  if (type === 'link') return { kind: 'link', path, target: resolvePath('', linkname) };
  return { kind: 'other', path, type };
}
