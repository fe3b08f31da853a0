import { type ByteRange, rangeLength } from '../domain/ranges.ts';
import type { StoredContent } from '../storage/content/stored-objects.ts';
import type { OpenObject } from '../storage/object-reads.ts';
import type { SizedStream } from '../storage/objects.ts';
import type { RepositoryContext } from './context.ts';
import { openStored, streamContent } from './stored-content.ts';

/** What an answer is made of: given bytes, and ranges of stored content. */
export type Piece = Uint8Array | ByteRange;

/** One read of the object: all it covers, and the pieces that are sent of it, in order. */
interface Read {
  readonly span: ByteRange;
  readonly pieces: readonly Piece[];
}

/** The bytes between two ranges up to which one read of both is cheaper than two. */
const NEAR = 64 * 1024;

/** The most bytes that such a read covers; longer ranges are read natively, each by itself. */
const MAX_SHARED = 1024 * 1024;

/** Reads that are open at a time: a Worker has six connections. */
const READS_AT_ONCE = 4;

/**
 * Opens pieces that are sent one after the other; `pieces` has at least one range. Little of them is
 * in memory at a time.
 * @throws as openContent, if the first range cannot be read
 */
export async function openPieces(
  context: RepositoryContext,
  content: StoredContent,
  pieces: readonly Piece[],
): Promise<SizedStream> {
  const reads = planReads(pieces);
  const queue = new ReadQueue(
    reads.map(
      ({ span }) =>
        () =>
          openStored(context, content, span),
    ),
  );
  await queue.first;
  const length = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
  const stream = streamContent(context, content, length, async (target) => {
    try {
      for (const { span, pieces } of reads) await send(await queue.next(), span, pieces, target);
    } finally {
      await queue.cancel();
    }
  });
  return { stream, length };
}

const isRange = (piece: Piece): piece is ByteRange => !(piece instanceof Uint8Array);

const lengthOf = (piece: Piece): number => (isRange(piece) ? rangeLength(piece) : piece.length);

/** Ranges that are near to each other, and in order, share a read. */
function planReads(pieces: readonly Piece[]): Read[] {
  const reads: { span: ByteRange; pieces: Piece[] }[] = [];
  let before: Piece[] = [];
  for (const piece of pieces) {
    before.push(piece);
    if (!isRange(piece)) continue;
    const last = reads.at(-1);
    if (last && isShared(last.span, piece)) {
      last.span = { start: last.span.start, end: piece.end };
      last.pieces.push(...before);
    } else reads.push({ span: piece, pieces: before });
    before = [];
  }
  reads.at(-1)?.pieces.push(...before);
  return reads;
}

function isShared(span: ByteRange, next: ByteRange): boolean {
  const gap = next.start - span.end - 1;
  return gap >= 0 && gap <= NEAR && next.end - span.start < MAX_SHARED;
}

/** Opens objects in order, some of them ahead of their turn. */
class ReadQueue {
  readonly #waiting: (() => Promise<OpenObject>)[];
  readonly #opened: Promise<OpenObject>[] = [];

  constructor(reads: (() => Promise<OpenObject>)[]) {
    this.#waiting = reads;
    this.#open(1);
  }

  get first(): Promise<OpenObject> | undefined {
    return this.#opened[0];
  }

  async next(): Promise<OpenObject> {
    this.#open(READS_AT_ONCE);
    return await (this.#opened.shift() as Promise<OpenObject>);
  }

  /** Closes what was opened in vain. */
  async cancel(): Promise<void> {
    this.#waiting.length = 0;
    for (const opened of this.#opened)
      await opened.then((object) => object.cancel()).catch(() => {});
  }

  #open(most: number): void {
    while (this.#opened.length < most) {
      const read = this.#waiting.shift();
      if (!read) return;
      const opened = read();
      // It is thrown when its turn comes.
      opened.catch(() => {});
      this.#opened.push(opened);
    }
  }
}

async function send(
  object: OpenObject,
  span: ByteRange,
  pieces: readonly Piece[],
  target: WritableStream,
): Promise<void> {
  const last = pieces.findLastIndex(isRange);
  const first = pieces.findIndex(isRange);
  await write(target, pieces.slice(0, first));
  if (first === last) await object.pipeTo(target);
  else await object.pipeTo(cutOut(span, pieces.slice(first, last + 1), target));
  await write(target, pieces.slice(last + 1));
}

/** Takes the bytes of a span, and writes the pieces of it to a target. */
function cutOut(span: ByteRange, pieces: Piece[], target: WritableStream): WritableStream {
  const left = [...pieces];
  let end = span.start;
  return new WritableStream<Uint8Array>({
    async write(chunk) {
      const start = end;
      end += chunk.length;
      for (let piece = left[0]; piece !== undefined; piece = left[0]) {
        if (!isRange(piece)) await write(target, [piece]);
        else {
          const from = Math.max(piece.start - start, 0);
          const to = Math.min(piece.end + 1, end) - start;
          if (from < to) await write(target, [chunk.subarray(from, to)]);
          if (piece.end >= end) return;
        }
        left.shift();
      }
    },
  });
}

async function write(target: WritableStream, pieces: readonly Piece[]): Promise<void> {
  if (pieces.length === 0) return;
  const writer = target.getWriter();
  for (const piece of pieces) await writer.write(piece);
  writer.releaseLock();
}
