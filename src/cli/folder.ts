import { type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { FileContent } from '../archive/file-content.ts';
import { type Entries, type Entry, parentPath } from '../archive/read/entries.ts';
import { pullStream } from '../archive/streams.ts';
import { readFileRange } from './files.ts';

/**
 * Lists a folder's files like those of an archive: an OCI layout, or an extracted docker save.
 * Links stay links, so that the rules for links in archives apply.
 */
export async function readFolder(folder: string): Promise<Entries> {
  const entries = new Map<string, Entry>();
  for (const name of await readdir(folder, { recursive: true })) {
    const path = name.split(sep).join('/');
    entries.set(path, await readEntry(resolve(folder), join(folder, name), path));
  }
  return entries;
}

async function readEntry(root: string, file: string, path: string): Promise<Entry> {
  const found = await lstat(file);
  if (found.isFile()) return { kind: 'file', path, content: contentOf(file, found.size) };
  if (!found.isSymbolicLink()) return { kind: 'other', path, type: 'folder' };
  const target = await readlink(file);
  if (!isAbsolute(target)) return { kind: 'link', path, folder: parentPath(path), target };
  // In an archive an absolute path begins at its top, here at that of the disk.
  return { kind: 'link', path, folder: '', target: relative(root, target).split(sep).join('/') };
}

/** Opens the file only while it is read, because a layout has many files. */
function contentOf(file: string, size: number): FileContent {
  const read = (start: number, end: number) => {
    let reading: Promise<Reading> | null = null;
    // Whatever ends the stream: its end, an error, or a reader that wants no more.
    const close = async () => await (await reading)?.handle.close();
    return pullStream(
      async () => {
        reading ??= openRange(file, start, end);
        try {
          const { value } = await (await reading).reader.read();
          if (!value) await close();
          return value ?? null;
        } catch (error) {
          await close().catch(() => {});
          throw error;
        }
      },
      () => void close().catch(() => {}),
    );
  };
  return new FileContent({ size, seekable: true, read, slice: () => null }, 0, size);
}

interface Reading {
  readonly handle: FileHandle;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
}

async function openRange(file: string, start: number, end: number): Promise<Reading> {
  const handle = await open(file);
  return { handle, reader: readFileRange(handle, start, end).getReader() };
}
