import { waitUntil } from 'cloudflare:workers';
import { RegistryError } from '../domain/errors.ts';
import type { ByteRange } from '../domain/ranges.ts';
import { examineBytes, findFaults } from '../storage/content/find-faults.ts';
import { reportFaults } from '../storage/content/report-damage.ts';
import { isKeyNamed, type StoredContent } from '../storage/content/stored-objects.ts';
import { logFailure } from '../storage/failures.ts';
import { ObjectReadError, type OpenObject, openObject } from '../storage/object-reads.ts';
import type { RepositoryContext } from './context.ts';
import { forgetContent } from './remembered-content.ts';

/**
 * Opens the bytes of content, or a range of them, in R2. If the storage does not deliver them all,
 * the object is examined after the answer, and marked as damaged if that is what it is.
 * @throws RegistryError UNKNOWN if the object is lost, UNAVAILABLE if it cannot be read now
 */
export async function openContent(
  context: RepositoryContext,
  content: StoredContent,
  range: ByteRange | null,
): Promise<Uint8Array<ArrayBuffer> | ReadableStream> {
  const object = await openStored(context, content, range);
  if (object.bytes) return object.bytes;
  const send = (target: WritableStream) => object.pipeTo(target);
  return streamContent(context, content, object.length, send);
}

/**
 * Answers a body of `length` bytes, which `send` writes to its target. A failure of the storage
 * cuts it short, and is followed up as by openContent.
 */
export function streamContent(
  context: RepositoryContext,
  content: StoredContent,
  length: number,
  send: (target: WritableStream) => Promise<void>,
): ReadableStream {
  const { readable, writable } = new FixedLengthStream(length);
  waitUntil(deliver(context, content, send, writable));
  return readable;
}

/**
 * Writes the bytes of content, or a range of them, to a target, which stays open. A failure of the
 * storage is followed up as by openContent.
 * @throws as openContent; the error that cut it short
 */
export async function sendContent(
  context: RepositoryContext,
  content: StoredContent,
  range: ByteRange | null,
  target: WritableStream,
): Promise<void> {
  const object = await openStored(context, content, range);
  try {
    await object.pipeTo(target);
  } catch (error) {
    if (error instanceof ObjectReadError) waitUntil(examineAgain(context, content));
    throw error;
  }
}

/**
 * Reads small content into memory.
 * @throws as openContent
 */
export async function readContent(
  context: RepositoryContext,
  content: StoredContent,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = await openContent(context, content, null);
  if (body instanceof Uint8Array) return body;
  try {
    return new Uint8Array(await new Response(body).arrayBuffer());
  } catch {
    throw unreadable(content);
  }
}

/**
 * Deletes the object of a push that was refused, unless content has it: the refusal may be that of a
 * repeated try, and the first one, whose answer was lost, may have been committed.
 */
export async function discardObject(
  { db, bucket }: Pick<RepositoryContext, 'db' | 'bucket'>,
  key: string,
): Promise<void> {
  if (!(await isKeyNamed(db, key))) await bucket.delete(key);
}

/** The error for content whose bytes are lost; a push of the same bytes repairs it. */
export function contentLost({ kind, digest, key }: StoredContent, what: string): RegistryError {
  console.error({ message: `a ${kind} is ${what} in the storage`, digest, key });
  return new RegistryError(
    'UNKNOWN',
    `the ${kind} is ${what} in the storage; tell the administrator or push it again`,
    { detail: { digest } },
  );
}

/**
 * Opens an object, or a range of it.
 * @throws as openContent
 */
export async function openStored(
  context: RepositoryContext,
  content: StoredContent,
  range: ByteRange | null,
): Promise<OpenObject> {
  try {
    return await openObject(context, content, range);
  } catch (error) {
    if (!(error instanceof ObjectReadError)) throw error;
    throw await toRegistryError(context, content, error);
  }
}

/** Sends content to the client and closes the answer. Never throws. */
async function deliver(
  context: RepositoryContext,
  content: StoredContent,
  send: (target: WritableStream) => Promise<void>,
  target: WritableStream,
): Promise<void> {
  try {
    await send(target);
  } catch (error) {
    await target.abort(error).catch(() => {});
    if (error instanceof ObjectReadError) await examineAgain(context, content);
    return;
  }
  // The client may have left meanwhile.
  await target.close().catch(() => {});
}

async function toRegistryError(
  context: RepositoryContext,
  content: StoredContent,
  { failure, cause }: ObjectReadError,
): Promise<RegistryError> {
  forgetContent();
  if (failure !== 'unreadable') {
    const marked = await reportFaults(context, [{ content, what: failure }], context.now);
    // A replica, or a decision, may be older than what has happened to the object.
    const isNamed = marked > 0 || (await isKeyNamed(context.db, content.key));
    return isNamed ? contentLost(content, failure) : unreadable(content);
  }
  logFailure(`a ${content.kind} cannot be read`, cause, { key: content.key });
  waitUntil(examineAgain(context, content));
  return unreadable(content);
}

function unreadable({ kind, digest }: StoredContent): RegistryError {
  return new RegistryError('UNAVAILABLE', `the ${kind} cannot be read right now: try again`, {
    detail: { digest },
  });
}

/** Objects that this isolate examines, and since when (ms): many clients may ask for one. */
const examined = new Map<string, number>();

/** A platform that ends the request early leaves an entry. */
const MAX_EXAMINATION = 60_000;

/** Examines content that was not delivered, and takes it from the cache. Never throws. */
async function examineAgain(context: RepositoryContext, content: StoredContent): Promise<void> {
  const now = Date.now();
  if (now - (examined.get(content.key) ?? 0) < MAX_EXAMINATION) return;
  examined.set(content.key, now);
  forgetContent();
  const { bucket, objectCache } = context;
  try {
    await objectCache?.purge([content.key]);
    const faults = await findFaults(bucket, [content], (one) => examineBytes(bucket, one));
    await reportFaults(context, faults, now);
  } catch (error) {
    logFailure('an object could not be examined', error, { key: content.key });
  } finally {
    examined.delete(content.key);
  }
}
