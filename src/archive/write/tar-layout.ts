import { createTarPacker } from 'modern-tar';
import type { Digest } from '../../domain/digest.ts';

/** A file of an archive: bytes that are at hand, or a blob that is read when its turn comes. */
export interface ArchiveFile {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer> | StoredBlob;
}

export interface StoredBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** A run of an archive's bytes. */
export type Segment = Uint8Array<ArrayBuffer> | StoredBlob;

/**
 * Where every byte of a tar archive comes from, known before a blob is opened: so its size is
 * known, and any part of it can be made by reading the blobs that lie in that part.
 */
export interface TarLayout {
  readonly segments: readonly Segment[];
  /** Bytes of the whole archive. */
  readonly size: number;
}

const BLOCK = 512;

/** Lays files out in their order. The same files give the same bytes, whenever and wherever. */
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

/** What stands before a file's content: for one of 8 GiB or more that begins with a pax header. */
async function makeHeader(name: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, controller } = createTarPacker();
  controller.add({ name, size, type: 'file', mode: 0o644, mtime: new Date(0) });
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  const reader = readable.getReader();
  // The file's own header is the last of them.
  while (!isFileHeader(blocks.at(-1))) {
    const { value } = await reader.read();
    if (value === undefined) throw new Error('the packer wrote no header');
    blocks.push(value);
  }
  return concatenate(blocks);
}

const TYPE_FLAG = 156;

function isFileHeader(block: Uint8Array | undefined): boolean {
  return block?.length === BLOCK && block[TYPE_FLAG] === '0'.charCodeAt(0);
}

/** Bytes that follow each other, in one piece. */
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
