import { toHex } from '../../domain/hex.ts';
import type { ByteRange } from '../../domain/ranges.ts';
import { type Segment, type StoredBlob, segmentSize, type TarLayout } from './tar-layout.ts';

/** Opens a blob, or a part of it (null: all of it). The stream has just the bytes of that part. */
export type OpenBlob = (
  blob: StoredBlob,
  range: ByteRange | null,
) => Promise<ReadableStream<Uint8Array>>;

/**
 * Writes an archive, or a part of it, and closes the target. Blobs are opened one after another,
 * each when the one before has been taken, and none that lies outside the part. Where that
 * fails the target is aborted, so that nobody takes a piece for the whole.
 * @throws what opening or reading a blob, or the target, threw
 */
export async function writeArchive(
  layout: TarLayout,
  range: ByteRange | null,
  open: OpenBlob,
  target: WritableStream<Uint8Array>,
): Promise<void> {
  try {
    for (const { segment, part } of cutSegments(layout, range)) {
      if (segment instanceof Uint8Array) {
        const bytes = part ? segment.subarray(part.start, part.end + 1) : segment;
        await writeBytes(target, bytes);
      } else {
        const body = await open(segment, part);
        await body.pipeTo(target, { preventClose: true, preventAbort: true });
      }
    }
    await target.close();
  } catch (error) {
    // It may have failed by itself.
    await target.abort(error).catch(() => {});
    throw error;
  }
}

/** A text that differs wherever two layouts differ: the digests of blobs stand in their names. */
export async function fingerprintLayout({ segments }: TarLayout): Promise<string> {
  const bytes = segments.filter((segment) => segment instanceof Uint8Array);
  const hash = await crypto.subtle.digest('SHA-256', await new Blob(bytes).arrayBuffer());
  return toHex(new Uint8Array(hash));
}

/** A segment, and what of it lies in the range that is written (null: all of it). */
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
