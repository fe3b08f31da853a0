import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Source } from '../archive/source.ts';
import { pullStream } from '../archive/streams.ts';

/** Bytes per read. */
const PIECE = 256 * 1024;

/** A file that stays open until `close`. */
export interface OpenFile extends Source {
  readonly size: number;
  close(): Promise<void>;
}

/** Opens a file. */
export async function openFile(path: string): Promise<OpenFile> {
  return await sourceOf(await open(path));
}

/**
 * Writes a stream to a temporary file, because reading an archive needs random access. The file
 * is unlinked while open, so that it never outlives the process (on Windows, `close` removes it).
 */
export async function spool(input: Readable): Promise<OpenFile> {
  const folder = await mkdtemp(join(tmpdir(), 'orlop-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const handle = await open(join(folder, 'archive'), 'wx+', 0o600);
  await remove().catch(() => {});
  const close = async () => {
    await handle.close();
    await remove();
  };
  try {
    await handle.writeFile(input);
    return { ...(await sourceOf(handle)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Closes the file if its size cannot be read. */
async function sourceOf(handle: FileHandle): Promise<OpenFile> {
  const { size } = await handle.stat().catch(async (error) => {
    await handle.close();
    throw error;
  });
  return {
    size,
    seekable: true,
    read: (start, end) => readFileRange(handle, start, Math.min(end, size)),
    slice: () => null,
    close: () => handle.close(),
  };
}

/** Streams a range of an open file. */
export function readFileRange(
  handle: FileHandle,
  start: number,
  end: number,
): ReadableStream<Uint8Array> {
  let position = start;
  return pullStream(async () => {
    const bytes = new Uint8Array(Math.min(PIECE, end - position));
    if (bytes.length === 0) return null;
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
    position += bytesRead;
    return bytesRead === 0 ? null : bytes.subarray(0, bytesRead);
  });
}
