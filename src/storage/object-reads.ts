import { type Digest, type DigestAlgorithm, digestOf, webCryptoName } from '../domain/digest.ts';
import { toHex } from '../domain/hex.ts';
import { type ByteRange, rangeLength } from '../domain/ranges.ts';
import { repeatIfLost } from './failures.ts';
import type { ObjectCache } from './object-cache.ts';

/**
 * How an object could not be read. `missing`, and `damaged` (another size, or fewer bytes than its
 * size), are certain. `unreadable` is an error of R2, which may pass.
 */
export type ReadFailure = 'missing' | 'damaged' | 'unreadable';

/** An object as its row describes it. */
export interface ExpectedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/** An object, or a range of it, could not be opened. */
export class ObjectReadError extends Error {
  override readonly name = 'ObjectReadError';
  readonly failure: ReadFailure;

  constructor(failure: ReadFailure, key: string, cause?: unknown) {
    super(`object ${key} is ${failure}`, { cause });
    this.failure = failure;
  }
}

/** The digest of all bytes of an object, or why there is none. */
export type HashedObject = { readonly digest: Digest } | { readonly failure: ReadFailure };

/** Hashes an object without holding it in memory. Never throws. */
export async function hashObject(
  bucket: R2Bucket,
  { key, size }: ExpectedObject,
  algorithm: DigestAlgorithm,
): Promise<HashedObject> {
  try {
    const object = await bucket.get(key);
    if (object === null) return { failure: 'missing' };
    if (object.size !== size) {
      await object.body.cancel();
      return { failure: 'damaged' };
    }
    const sink = new crypto.DigestStream(webCryptoName(algorithm));
    // An aborted sink rejects its digest, too.
    const digest = sink.digest.catch(() => null);
    await object.body.pipeTo(sink);
    if (Number(sink.bytesWritten) !== size) return { failure: 'damaged' };
    return { digest: digestOf(algorithm, toHex(new Uint8Array((await digest) ?? []))) };
  } catch {
    return { failure: 'unreadable' };
  }
}

/** An object, or a range of it, whose first bytes have been read. */
export interface OpenObject {
  /** Number of bytes. */
  readonly length: number;
  /** All of them, if they are few. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  /**
   * Writes them to a target, which it neither closes nor aborts.
   * @throws ObjectReadError if the storage fails; the target's error, which is no fault of the storage
   */
  pipeTo(target: WritableStream): Promise<void>;
  /** Closes it unread. */
  cancel(): Promise<void>;
}

/**
 * Bytes that are read before the answer begins: an object that breaks among them becomes an error,
 * one that breaks later a body cut short.
 */
const FIRST_BYTES = 64 * 1024;

/** Where objects are read. */
export interface ObjectSource {
  readonly bucket: R2Bucket;
  readonly objectCache: ObjectCache | null;
}

/**
 * Opens an object, through the cache where there is one, or a range of it, from R2. It is read natively
 * after the first bytes.
 * @throws ObjectReadError
 */
export async function openObject(
  { bucket, objectCache }: ObjectSource,
  object: ExpectedObject,
  range: ByteRange | null,
): Promise<OpenObject> {
  const cached = objectCache && range === null ? await openCached(objectCache, object) : null;
  if (cached) return cached;
  try {
    return await repeatIfLost(() => tryToOpen(bucket, object, range));
  } catch (error) {
    if (error instanceof ObjectReadError) throw error;
    throw new ObjectReadError('unreadable', object.key, error);
  }
}

/** Null: R2 has to be asked, also for what is wrong. */
async function openCached(
  cache: ObjectCache,
  { key, size }: ExpectedObject,
): Promise<OpenObject | null> {
  const body = await cache.open({ key, size });
  if (body === null) return null;
  try {
    return await readFirst(key, body, size);
  } catch {
    await cache.purge([key]);
    return null;
  }
}

async function tryToOpen(
  bucket: R2Bucket,
  { key, size }: ExpectedObject,
  range: ByteRange | null,
): Promise<OpenObject> {
  const length = range ? rangeLength(range) : size;
  const options = range ? { range: { offset: range.start, length } } : {};
  const object = await bucket.get(key, options);
  if (object === null) throw new ObjectReadError('missing', key);
  if (object.size !== size) {
    await object.body.cancel();
    throw new ObjectReadError('damaged', key);
  }
  return await readFirst(key, object.body, length);
}

/** Reads the first of `length` bytes. */
async function readFirst(key: string, body: ReadableStream, length: number): Promise<OpenObject> {
  const wanted = Math.min(length, FIRST_BYTES);
  const reader = body.getReader({ mode: 'byob' });
  const { value } = await reader.readAtLeast(wanted, new Uint8Array(wanted));
  reader.releaseLock();
  if (value?.length !== wanted) throw new ObjectReadError('damaged', key);
  const isAll = wanted === length;
  const pipeTo = async (target: WritableStream) => {
    const writer = target.getWriter();
    await writer.write(value);
    writer.releaseLock();
    if (!isAll) await pipeRest(key, body, target);
  };
  const cancel = async () => {
    if (!isAll) await body.cancel();
  };
  return { length, bytes: isAll ? value : null, pipeTo, cancel };
}

async function pipeRest(key: string, rest: ReadableStream, target: WritableStream): Promise<void> {
  try {
    await rest.pipeTo(target, { preventCancel: true, preventClose: true, preventAbort: true });
  } catch (error) {
    // If the target failed, the rest can still be cancelled.
    await rest.cancel().catch(() => {
      throw new ObjectReadError('unreadable', key, error);
    });
    throw error;
  }
}
