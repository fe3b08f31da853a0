import {
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako';
import { ArchiveError } from './errors.ts';
import type { BytesTransform, OpenBytes } from './runtime.ts';
import { ByteReader, pullStream } from './streams.ts';

/**
 * Decompresses gzip of any number of members. The browser's own decoder is faster, but refuses all
 * that follows the first member: then, or after any other failure, a decoder in JavaScript starts
 * again and continues where that one ended.
 */
export function gunzip(open: OpenBytes): ReadableStream<Uint8Array> {
  const native = new DecompressionStream('gzip') as BytesTransform;
  let reader = new ByteReader(open().pipeThrough(native));
  let isNative = true;
  return pullStream(
    async () => {
      try {
        return await reader.readSome(Number.POSITIVE_INFINITY);
      } catch (error) {
        if (!isNative) throw error;
        isNative = false;
        const { position } = reader;
        reader = new ByteReader(inflateMembers(open()));
        await reader.skip(position);
        return await reader.readSome(Number.POSITIVE_INFINITY);
      }
    },
    () => reader.cancel(),
  );
}

/** Bytes that are decompressed at a time. */
const OUTPUT_BYTES = 64 * 1024;

/** zlib's value for gzip with the largest window. */
const GZIP_WINDOW_BITS = 31;

/** https://www.rfc-editor.org/rfc/rfc1952#page-5: a file is one or more members. */
function inflateMembers(compressed: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const input = new ByteReader(compressed);
  const stream = new ZStream();
  zlibInflateInit2(stream, GZIP_WINDOW_BITS);
  stream.avail_out = OUTPUT_BYTES;
  let isMemberEnd = false;
  const pull = async () => {
    for (;;) {
      // A full output may have left more to come without new input.
      const isDrained = stream.avail_in === 0 && (stream.avail_out > 0 || isMemberEnd);
      if (isDrained && !(await refill(input, stream, isMemberEnd))) return null;
      if (isMemberEnd) {
        if (stream.input[stream.next_in] === 0) return await checkZeros(input, stream);
        zlibInflateReset(stream);
        isMemberEnd = false;
      }
      const output = inflate(stream);
      isMemberEnd = output.isMemberEnd;
      if (output.bytes.length > 0) return output.bytes;
    }
  };
  return pullStream(pull, () => input.cancel());
}

/** False at the end of the input, which must be the end of a member. */
async function refill(input: ByteReader, stream: ZStream, isMemberEnd: boolean): Promise<boolean> {
  const bytes = await input.readSome(Number.POSITIVE_INFINITY);
  if (bytes === null && !isMemberEnd) throw new ArchiveError('CUT_SHORT');
  stream.input = bytes ?? new Uint8Array(0);
  stream.next_in = 0;
  stream.avail_in = stream.input.length;
  return bytes !== null;
}

function inflate(stream: ZStream): { readonly bytes: Uint8Array; readonly isMemberEnd: boolean } {
  stream.output = new Uint8Array(OUTPUT_BYTES);
  stream.next_out = 0;
  stream.avail_out = OUTPUT_BYTES;
  const status = zlibInflate(stream, Z_NO_FLUSH);
  if (status !== Z_OK && status !== Z_STREAM_END && status !== Z_BUF_ERROR) {
    throw new Error(stream.msg);
  }
  const bytes = stream.output.subarray(0, stream.next_out);
  return { bytes, isMemberEnd: status === Z_STREAM_END };
}

/** Only zeros, as on tapes, may follow the last member. */
async function checkZeros(input: ByteReader, { input: bytes, next_in }: ZStream): Promise<null> {
  const check = (part: Uint8Array) => {
    if (part.some((byte) => byte !== 0)) throw new Error('incorrect header check');
  };
  check(bytes.subarray(next_in));
  await input.skip(Number.POSITIVE_INFINITY, check);
  return null;
}
