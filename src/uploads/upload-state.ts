import type { Digest, DigestAlgorithm } from '../domain/digest.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import { PART_SIZE } from './part-buffer.ts';

/**
 * What an upload keeps across requests and restarts, in its Durable Object's storage:
 *
 *   state          one Upload
 *   part:<number>  the R2 etag of each part
 *   tail:<number>  the bytes behind the last full part, in pieces of at most 1 MiB
 *
 * It begins with the first PATCH (an upload nobody wrote to costs nothing), and ends as
 * `ended`, which stays for a day so that the same address is not taken for a new upload.
 */
export interface UploadState {
  readonly key: string;
  readonly algorithm: DigestAlgorithm;
  /** R2's multipart upload; null until the first part is full. */
  readonly multipartId: string | null;
  readonly parts: number;
  /** Pieces of the tail, and the bytes in them. */
  readonly pieces: number;
  readonly tailBytes: number;
  /** The object is whole in R2 and takes no more bytes. */
  readonly sealed: boolean;
  /** The digest its bytes were found to have. */
  readonly verified: Digest | null;
}

type Stored = UploadState | 'ended';

/** Bytes of an upload that a restart does not lose. */
export function durableBytes(upload: UploadState): number {
  return upload.parts * PART_SIZE + upload.tailBytes;
}

/** Bytes of a tail's piece: a value of the storage may take 2 MB. */
const PIECE = 1024 * 1024;

/** Pieces of a tail before it is written anew. */
const MAX_PIECES = 64;

/** How long an upload that nobody touches lives, in ms. */
export const UPLOAD_LIFETIME = DAY_MS;

const RENEW_AFTER = HOUR_MS;

const numbered = (prefix: string, n: number) => `${prefix}:${String(n).padStart(8, '0')}`;

/** The upload as it is stored; undefined before the first byte. */
export function readUpload(storage: DurableObjectStorage): Stored | undefined {
  return storage.kv.get<Stored>('state');
}

export function writeUpload(storage: DurableObjectStorage, upload: UploadState): void {
  storage.kv.put('state', upload);
}

/** Records a part that R2 holds; the tail it swallowed goes with the same write. */
export function writePart(
  storage: DurableObjectStorage,
  upload: UploadState,
  part: R2UploadedPart,
): UploadState {
  const next = { ...upload, parts: upload.parts + 1, pieces: 0, tailBytes: 0 };
  storage.transactionSync(() => {
    storage.kv.put(numbered('part', part.partNumber), part.etag);
    deleteTail(storage);
    writeUpload(storage, next);
  });
  return next;
}

/** The parts R2 holds, in order. */
export function readParts(storage: DurableObjectStorage): R2UploadedPart[] {
  const entries = [...storage.kv.list<string>({ prefix: 'part:' })];
  return entries.map(([name, etag]) => ({ partNumber: Number(name.slice(5)), etag }));
}

/** The pieces of the tail, in order. */
export function readTail(storage: DurableObjectStorage): Uint8Array[] {
  return [...storage.kv.list<Uint8Array>({ prefix: 'tail:' })].map(([, piece]) => piece);
}

/**
 * Stores the tail a request leaves behind. Only its new bytes are written, until the pieces
 * are many: then it is written anew, so that a client of tiny chunks does not make every
 * request read thousands of them.
 * @param tail all of it
 * @param stored how many of its bytes are stored already
 */
export function writeTail(
  storage: DurableObjectStorage,
  upload: UploadState,
  tail: Uint8Array,
  stored: number,
): UploadState {
  const anew = upload.pieces >= MAX_PIECES;
  const bytes = anew ? tail : tail.subarray(stored);
  const first = anew ? 0 : upload.pieces;
  const pieces = first + Math.ceil(bytes.length / PIECE);
  const next = { ...upload, pieces, tailBytes: tail.length };
  storage.transactionSync(() => {
    if (anew) deleteTail(storage);
    for (let n = first; n < pieces; n++) {
      const start = (n - first) * PIECE;
      storage.kv.put(numbered('tail', n), bytes.slice(start, start + PIECE));
    }
    writeUpload(storage, next);
  });
  return next;
}

function deleteTail(storage: DurableObjectStorage): void {
  for (const [name] of [...storage.kv.list({ prefix: 'tail:' })]) storage.kv.delete(name);
}

/** Puts the end of an upload that nobody touches off; written once an hour at most. */
export async function renewAlarm(storage: DurableObjectStorage): Promise<void> {
  const now = Date.now();
  const alarm = await storage.getAlarm();
  if (alarm === null || alarm < now + UPLOAD_LIFETIME - RENEW_AFTER) {
    await storage.setAlarm(now + UPLOAD_LIFETIME);
  }
}

/** Forgets everything but that the upload has ended: at once, or a crash would make it new. */
export async function closeUpload(storage: DurableObjectStorage): Promise<void> {
  storage.transactionSync(() => {
    for (const [name] of [...storage.kv.list()]) storage.kv.delete(name);
    storage.kv.put('state', 'ended' satisfies Stored);
  });
  await storage.setAlarm(Date.now() + UPLOAD_LIFETIME);
}
