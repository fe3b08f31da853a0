import type { Digest, DigestAlgorithm } from '../domain/digest.ts';
import { DAY_MS, HOUR_MS, isDue } from '../domain/time.ts';
import { freeBytes } from '../http/memory-budget.ts';
import { PART_SIZE } from './part-buffer.ts';

/**
 * What an upload keeps across requests and restarts, in its Durable Object's storage:
 *
 *   state          one UploadState; after the end the digest that was published, or `ended`
 *   part:<number>  the R2 etag of each part
 *   tail:<number>  the bytes after the last full part, in pieces of at most 1 MiB
 *
 * It begins with the first PATCH: an upload without one costs nothing. The mark of the end stays
 * for a day, so that a late request to the same address does not begin a new upload.
 */
export interface UploadState {
  readonly key: string;
  readonly algorithm: DigestAlgorithm;
  /** R2's multipart upload; null until the first part is full. */
  readonly multipartId: string | null;
  readonly parts: number;
  /** Number of pieces of the tail, and their bytes. */
  readonly pieces: number;
  readonly tailBytes: number;
  /** Whether the object is whole in R2; it takes no more bytes then. */
  readonly sealed: boolean;
  /** The digest that its bytes have; null until that was checked. */
  readonly verified: Digest | null;
}

/** The mark of an upload that has ended: the digest that it has published, if it has. */
export type Ended = Digest | 'ended';

type Stored = UploadState | Ended;

export function isEnded(stored: Stored | undefined): stored is Ended {
  return typeof stored === 'string';
}

export function isOpen(stored: Stored | undefined): stored is UploadState {
  return typeof stored === 'object';
}

/** Bytes of an upload that a restart does not lose. */
export function durableBytes(upload: UploadState): number {
  return upload.parts * PART_SIZE + upload.tailBytes;
}

/** Bytes of a piece of the tail; a value of the storage may have 2 MB. */
const PIECE = 1024 * 1024;

/** Pieces after which the tail is rewritten. */
const MAX_PIECES = 64;

/** How long an upload is kept after its last request, and the mark of its end after that, in ms. */
export const UPLOAD_LIFETIME = DAY_MS;

const RENEW_AFTER = HOUR_MS;

const numbered = (prefix: string, n: number) => `${prefix}:${String(n).padStart(8, '0')}`;

/** The stored upload; undefined before the first PATCH. */
export function readUpload(storage: DurableObjectStorage): Stored | undefined {
  return storage.kv.get<Stored>('state');
}

export function writeUpload(storage: DurableObjectStorage, upload: UploadState): void {
  storage.kv.put('state', upload);
}

/** Records a part that R2 has, and deletes the tail, which is in that part, in the same write. */
export function writePart(
  storage: DurableObjectStorage,
  upload: UploadState,
  part: R2UploadedPart,
): UploadState {
  const next = { ...upload, parts: upload.parts + 1, pieces: 0, tailBytes: 0 };
  storage.transactionSync(() => {
    storage.kv.put(numbered('part', part.partNumber), part.etag);
    deleteTail(storage, upload);
    writeUpload(storage, next);
  });
  return next;
}

/** The recorded parts, in order. */
export function readParts(storage: DurableObjectStorage): R2UploadedPart[] {
  const entries = [...storage.kv.list<string>({ prefix: 'part:' })];
  return entries.map(([name, etag]) => ({ partNumber: Number(name.slice(5)), etag }));
}

/** The pieces of the tail, in order, each valid until the next one. */
export function* readTail(storage: DurableObjectStorage): Generator<Uint8Array> {
  for (const [, piece] of storage.kv.list<Uint8Array<ArrayBuffer>>({ prefix: 'tail:' })) {
    yield piece;
    freeBytes(piece);
  }
}

/**
 * Stores the tail at the end of a request. Only its new bytes are written, until there are
 * many pieces: then it is rewritten, so that a client that sends tiny chunks does not make
 * every request read thousands of pieces.
 * @param tail all of its bytes
 * @param stored how many of them are stored already
 */
export function writeTail(
  storage: DurableObjectStorage,
  upload: UploadState,
  tail: Uint8Array<ArrayBuffer>,
  stored: number,
): UploadState {
  const rewrite = upload.pieces >= MAX_PIECES;
  const bytes = rewrite ? tail : tail.subarray(stored);
  const first = rewrite ? 0 : upload.pieces;
  const pieces = first + Math.ceil(bytes.length / PIECE);
  const next = { ...upload, pieces, tailBytes: tail.length };
  storage.transactionSync(() => {
    if (rewrite) deleteTail(storage, upload);
    for (let n = first; n < pieces; n++) {
      const start = (n - first) * PIECE;
      const piece = bytes.slice(start, start + PIECE);
      storage.kv.put(numbered('tail', n), piece);
      freeBytes(piece);
    }
    writeUpload(storage, next);
  });
  return next;
}

/** Deletes the pieces by their names: a list would read all of their bytes. */
function deleteTail(storage: DurableObjectStorage, { pieces }: UploadState): void {
  for (let n = 0; n < pieces; n++) storage.kv.delete(numbered('tail', n));
}

/** Moves the expiry of the upload to a day from now; writes at most once an hour. */
export async function renewAlarm(storage: DurableObjectStorage): Promise<void> {
  const now = Date.now();
  const alarm = await storage.getAlarm();
  const renewedAt = alarm === null ? 0 : alarm - UPLOAD_LIFETIME;
  if (isDue(renewedAt, RENEW_AFTER, now)) {
    await storage.setAlarm(now + UPLOAD_LIFETIME);
  }
}

/**
 * Forgets everything but that the upload has ended. Deleted rows would leave the file as large as
 * it was; `deleteAll` empties it. What is written in one turn is committed together, so a crash
 * does not make the upload new.
 */
export async function closeUpload(
  storage: DurableObjectStorage,
  mark: Ended = 'ended',
): Promise<void> {
  const emptied = storage.deleteAll();
  storage.kv.put('state', mark satisfies Stored);
  const alarm = storage.setAlarm(Date.now() + UPLOAD_LIFETIME);
  await Promise.all([emptied, alarm]);
}
