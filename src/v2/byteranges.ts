import type { ByteRange } from '../domain/ranges.ts';
import type { Piece } from '../registry/content-pieces.ts';

/** Several ranges of content as one body. */
export interface ByteRanges {
  /** Of the answer. */
  readonly contentType: string;
  readonly pieces: readonly Piece[];
}

/**
 * Describes the body that has each of some ranges as a part of its own, in their order.
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.6
 * @param size of the content
 * @param type of the content
 */
export function multipartRanges(
  ranges: readonly ByteRange[],
  size: number,
  type: string,
): ByteRanges {
  // Long enough that no content has it.
  const boundary = crypto.randomUUID().replaceAll('-', '');
  const headOf = (range: ByteRange, n: number) =>
    encode([
      ...(n === 0 ? [] : ['']),
      `--${boundary}`,
      `content-type: ${type}`,
      `content-range: ${formatContentRange(range, size)}`,
      '',
      '',
    ]);
  const pieces = ranges.flatMap((range, n): Piece[] => [headOf(range, n), range]);
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    pieces: [...pieces, encode(['', `--${boundary}--`, ''])],
  };
}

function encode(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.join('\r\n'));
}

/** The header Content-Range. */
export function formatContentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end}/${size}`;
}
