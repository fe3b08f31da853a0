import { createTarPacker } from 'modern-tar';
import type { Digest } from '../../domain/digest.ts';

/** A file of an archive: bytes in memory, or a blob that is read while the archive is written. */
export interface ArchiveFile {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer> | StoredBlob;
}

export interface StoredBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Consecutive bytes of an archive. */
export type Segment = Uint8Array<ArrayBuffer> | StoredBlob;

/**
 * The segments of a tar archive, known before any blob is opened. So its size is known, and any
 * range of it can be written by reading only the blobs in that range.
 */
export interface TarLayout {
  readonly segments: readonly Segment[];
  /** Bytes of the whole archive. */
  readonly size: number;
}

const BLOCK = 512;

/** Lays out files in their order. The same files always give the same bytes. */
export async function layOutTar(files: readonly ArchiveFile[]): Promise<TarLayout> {
  const segments: Segment[] = [];
  for (const { name, content } of files) {
    const size = segmentSize(content);
    segments.push(await makeHeader(name, size), content, new Uint8Array(-size & (BLOCK - 1)));
  }
  const joined = joinBytes([...segments, new Uint8Array(2 * BLOCK)]);
  return { segments: joined, size: joined.reduce((sum, segment) => sum + segmentSize(segment), 0) };
}

/** Bytes of a segment. */
export function segmentSize(segment: Segment): number {
  return segment instanceof Uint8Array ? segment.length : segment.size;
}

/** A file's header; of a file of 8 GiB or more a pax header precedes it. */
async function makeHeader(name: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, controller } = createTarPacker();
  controller.add({ name, size, type: 'file', mode: 0o644, mtime: new Date(0) });
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  const reader = readable.getReader();
  // The file's own header is the last block.
  while (!isFileHeader(blocks.at(-1))) {
    const { value } = await reader.read();
    if (value === undefined) throw new Error('the tar packer wrote no header');
    blocks.push(value);
  }
  return concatenate(blocks);
}

const TYPE_FLAG = 156;

function isFileHeader(block: Uint8Array | undefined): boolean {
  return block?.length === BLOCK && block[TYPE_FLAG] === '0'.charCodeAt(0);
}

/** Joins neighbouring segments of bytes. */
function joinBytes(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  let run: Uint8Array<ArrayBuffer>[] = [];
  for (const segment of segments) {
    if (segment instanceof Uint8Array) {
      run.push(segment);
    } else {
      joined.push(concatenate(run), segment);
      run = [];
    }
  }
  return [...joined, concatenate(run)];
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
