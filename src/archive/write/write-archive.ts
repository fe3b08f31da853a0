import { toHex } from '../../domain/hex.ts';
import type { ByteRange } from '../../domain/ranges.ts';
import { type Segment, type StoredBlob, segmentSize, type TarLayout } from './tar-layout.ts';

/** Writes a blob, or a range of it (null: all of it), to a target, which stays open. */
export type SendBlob = (
  blob: StoredBlob,
  range: ByteRange | null,
  target: WritableStream<Uint8Array>,
) => Promise<void>;

/**
 * Writes an archive, or a range of it, and closes the target. It sends only the blobs in the
 * range, each after the one before. On failure it aborts the target, so that a
 * partial archive does not look complete.
 * @throws errors of `send` and of the target
 */
export async function writeArchive(
  layout: TarLayout,
  range: ByteRange | null,
  send: SendBlob,
  target: WritableStream<Uint8Array>,
): Promise<void> {
  try {
    for (const { segment, part } of cutSegments(layout, range)) {
      if (segment instanceof Uint8Array) {
        const bytes = part ? segment.subarray(part.start, part.end + 1) : segment;
        await writeBytes(target, bytes);
      } else {
        await send(segment, part, target);
      }
    }
    await target.close();
  } catch (error) {
    // The target may have failed already.
    await target.abort(error).catch(() => {});
    throw error;
  }
}

/** A hash that differs for different layouts: the bytes it covers name each blob by its digest. */
export async function fingerprintLayout({ segments }: TarLayout): Promise<string> {
  const hashes: string[] = [];
  for (const segment of segments) {
    if (segment instanceof Uint8Array) hashes.push(await hashBytes(segment));
  }
  return await hashBytes(new Uint8Array(new TextEncoder().encode(hashes.join())));
}

async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** A segment, and its part that lies in the range (null: all of it). */
interface SegmentPart {
  readonly segment: Segment;
  readonly part: ByteRange | null;
}

function* cutSegments(
  { segments, size }: TarLayout,
  range: ByteRange | null,
): Generator<SegmentPart> {
  const { start, end } = range ?? { start: 0, end: size - 1 };
  let offset = 0;
  for (const segment of segments) {
    const length = segmentSize(segment);
    const first = Math.max(start - offset, 0);
    const last = Math.min(end - offset, length - 1);
    const isWhole = first === 0 && last === length - 1;
    if (first <= last) yield { segment, part: isWhole ? null : { start: first, end: last } };
    offset += length;
  }
}

async function writeBytes(target: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = target.getWriter();
  try {
    await writer.write(bytes);
  } finally {
    writer.releaseLock();
  }
}
