import { RegistryError } from './errors.ts';

/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Ranges that one header may ask for. */
const MAX_RANGES = 256;

const RANGES = /^[ \t]*bytes[ \t]*=(.*)$/i;
const RANGE = /^(?:([0-9]{1,20})-([0-9]{0,20})|-([0-9]{1,20}))$/;
const CONTENT_RANGE = /^(?:bytes[ =])?([0-9]{1,15})-([0-9]{1,15})(?:\/(?:\*|([0-9]{1,15})))?$/;

/**
 * Parses a Range header for content of `size` bytes: the ranges that the content has, in the order
 * of the header. Null: send all of it (no header, another unit, or an invalid text).
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 * @throws RegistryError RANGE_INVALID (416) if the content has none of them; PARAMETER_INVALID
 */
export function parseRanges(
  header: string | null | undefined,
  size: number,
): readonly ByteRange[] | null {
  const list = RANGES.exec(header ?? '')?.[1];
  // Empty elements of a list are ignored: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1
  const texts =
    list
      ?.split(',')
      .map((text) => text.trim())
      .filter((text) => text !== '') ?? [];
  if (texts.length > MAX_RANGES) {
    throw new RegistryError('PARAMETER_INVALID', `a request takes ${MAX_RANGES} ranges at most`);
  }
  const matches = texts.map((text) => RANGE.exec(text));
  if (matches.length === 0 || matches.includes(null)) return null;
  const ranges = matches.flatMap((match) => readRange(match as RegExpExecArray, size) ?? []);
  if (ranges.length === 0) throw unsatisfiable(size);
  return ranges;
}

/**
 * As parseRanges, where only one range can be sent: null if there are several.
 * @throws as parseRanges
 */
export function parseRange(header: string | null | undefined, size: number): ByteRange | null {
  const ranges = parseRanges(header, size);
  return ranges?.length === 1 ? (ranges[0] ?? null) : null;
}

/** Null if the content has no byte of it. */
function readRange([, first, last, suffix]: RegExpExecArray, size: number): ByteRange | null {
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    return length === 0 ? null : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last ? Math.min(Number(last), size - 1) : size - 1;
  return start >= size || end < start ? null : { start, end };
}

function unsatisfiable(size: number): RegistryError {
  return new RegistryError('RANGE_INVALID', `the content has ${size} bytes`, {
    headers: { 'content-range': `bytes */${size}` },
  });
}

/**
 * Parses the Content-Range of an upload's chunk: `<start>-<end>`, as in the distribution
 * specification, or `bytes start-end/total`, as in HTTP. Null if there is no header.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks
 * @throws RegistryError BLOB_UPLOAD_INVALID
 */
export function parseContentRange(header: string | null | undefined): ByteRange | null {
  if (header === null || header === undefined) return null;
  const match = CONTENT_RANGE.exec(header.trim());
  const start = Number(match?.[1]);
  const end = Number(match?.[2]);
  const total = match?.[3];
  if (match && end >= start && (total === undefined || end < Number(total))) return { start, end };
  throw new RegistryError(
    'BLOB_UPLOAD_INVALID',
    'Content-Range must be <start>-<end>, the positions of the first and last byte of the chunk',
    { detail: { contentRange: header.slice(0, 100) } },
  );
}

/** Bytes in a range. */
export function rangeLength(range: ByteRange): number {
  return range.end - range.start + 1;
}
