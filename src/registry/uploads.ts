import { type Digest, digestAlgorithm } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { type BlobRecord, linkBlob } from '../storage/content/blobs.ts';
import { type PushTarget, publishInto, withImage } from '../storage/content/publish.ts';
import { refusalOf } from '../storage/database.ts';
import { requireSpace } from '../storage/disk.ts';
import { repeatIfLost } from '../storage/failures.ts';
import { newBlobKey } from '../storage/keys.ts';
import { MAX_PUT_BYTES, putVerified } from '../storage/objects.ts';
import {
  COMMAND_HEADER,
  type SentCommand,
  type UploadChunk,
  type UploadCommand,
  type UploadOutcome,
} from '../uploads/outcome.ts';
import type { RepositoryContext } from './context.ts';
import { discardObject } from './stored-content.ts';

export type { UploadChunk };

/** A request's body and its length. */
export interface UploadBody {
  readonly stream: ReadableStream | null;
  /** Content-Length, in bytes; null if there is none. */
  readonly length: number | null;
}

const NOTHING: UploadBody = { stream: null, length: 0 };

function pushTarget({ repository }: RepositoryContext): PushTarget {
  const { workspaceId, imageId, name } = repository;
  return { workspaceId, imageId, image: name.image };
}

/**
 * Admits a body where the disk of a local registry has space for it.
 * @throws RegistryError STORAGE_FULL
 */
export async function admitBody({ disk }: RepositoryContext, body: UploadBody): Promise<void> {
  await requireSpace(disk, body.length ?? 0);
}

/** Whether one R2 put can store and verify a body: its length is known and not too large. */
function fitsOnePut(body: UploadBody): boolean {
  return body.length !== null && body.length <= MAX_PUT_BYTES;
}

/**
 * Streams a body of known digest and length directly into R2, which verifies it, and publishes the
 * blob. No byte passes through our code.
 * @throws RegistryError DIGEST_INVALID, NAME_UNKNOWN
 */
async function putBlob(
  context: RepositoryContext,
  digest: Digest,
  body: UploadBody,
): Promise<BlobRecord> {
  const key = newBlobKey();
  const size = body.length ?? 0;
  const { stream } = body;
  const bytes = stream && size > 0 ? { stream, length: size } : new Uint8Array(0);
  await putVerified(context.bucket, key, bytes, digest);
  try {
    return await publishInto(context.db, pushTarget(context), { digest, key, size }, context.now);
  } catch (error) {
    // Any other error may have happened after the commit, when the object is needed.
    if (error instanceof RegistryError) await discardObject(context, key);
    throw error;
  }
}

/**
 * Takes a whole blob in one request. Answers it, or null if it had been taken before.
 * @throws UploadError, RegistryError DIGEST_INVALID, NAME_UNKNOWN
 */
export async function storeBlob(
  context: RepositoryContext,
  digest: Digest,
  body: UploadBody,
): Promise<BlobRecord | null> {
  if (fitsOnePut(body)) return await putBlob(context, digest, body);
  const chunk = { algorithm: digestAlgorithm(digest), start: null, length: null };
  const target = pushTarget(context);
  const what = { do: 'complete', digest, target, ...chunk } as const;
  return (await command(context, newUploadId(context), what, body)).published ?? null;
}

/**
 * Links a blob that another image has. False if it was deleted meanwhile.
 * @throws RegistryError NAME_UNKNOWN
 */
export async function mountBlob(context: RepositoryContext, digest: Digest): Promise<boolean> {
  const { db, now } = context;
  try {
    await withImage(db, pushTarget(context), now, (image) => linkBlob(db, image, digest, now));
    return true;
  } catch (error) {
    if (refusalOf(error) === 'foreign_key') return false;
    throw error;
  }
}

/** The id of a new upload: the text of the id of its object, which no request has woken yet. */
export function newUploadId({ uploads }: RepositoryContext): string {
  return uploads.newUniqueId().toString();
}

/** How far an upload is. */
export interface UploadStatus {
  /** Its durable bytes. */
  readonly offset: number;
  /** The blob that was completed. */
  readonly published?: BlobRecord;
}

/** An error of an upload; if the upload can continue, it does at `offset`. */
export class UploadError extends RegistryError {
  readonly offset: number;

  constructor(outcome: UploadOutcome & { ok: false }) {
    super(outcome.code, outcome.message);
    this.offset = outcome.offset;
  }
}

/** @throws UploadError BLOB_UPLOAD_UNKNOWN if the upload has ended */
export async function getUpload(context: RepositoryContext, id: string): Promise<UploadStatus> {
  return await command(context, id, { do: 'status' }, NOTHING);
}

/** @throws UploadError BLOB_UPLOAD_UNKNOWN if the upload has ended */
export async function cancelUpload(context: RepositoryContext, id: string): Promise<void> {
  await command(context, id, { do: 'cancel' }, NOTHING);
}

/**
 * Appends a chunk to an upload.
 * @throws UploadError with the offset from which the client can continue
 */
export async function appendUpload(
  context: RepositoryContext,
  id: string,
  chunk: UploadChunk,
  body: UploadBody,
): Promise<UploadStatus> {
  return await command(context, id, { do: 'append', ...chunk }, body);
}

/**
 * Completes an upload: stores the last bytes if there are any, verifies and publishes. If nothing
 * was written before, as far as the client's address says, the body goes directly into R2 where
 * possible, and the upload's object is not woken. Answers the blob, or null if it was complete before. So a whole blob is also taken at the address of an
 * upload that has ended since: its digest says what it is, and asking the object would cost every
 * push of a whole blob a request. Whatever else comes there is BLOB_UPLOAD_UNKNOWN.
 * @throws UploadError DIGEST_INVALID and the errors of appendUpload
 */
export async function completeUpload(
  context: RepositoryContext,
  { id, written }: { readonly id: string; readonly written: boolean },
  digest: Digest,
  chunk: UploadChunk,
  body: UploadBody,
): Promise<BlobRecord | null> {
  // An empty body may be the end of an upload that was written meanwhile.
  const isWhole = !written && body.length !== 0 && (chunk.start ?? 0) === 0;
  if (isWhole && fitsOnePut(body)) return await putWhole(context, id, digest, body);
  const target = pushTarget(context);
  const what = { do: 'complete', digest, target, ...chunk } as const;
  return (await command(context, id, what, body)).published ?? null;
}

/**
 * As putBlob, for an address that may be older than the first bytes of its upload. A body that is
 * not the whole blob may be the rest of it: then the upload still has what it has, and continues.
 */
async function putWhole(
  context: RepositoryContext,
  id: string,
  digest: Digest,
  body: UploadBody,
): Promise<BlobRecord> {
  try {
    return await putBlob(context, digest, body);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'DIGEST_INVALID') throw error;
    const { offset } = await getUpload(context, id);
    if (offset === 0) throw error;
    const message = 'the upload has bytes that this address does not know of: continue after Range';
    throw new UploadError({ ok: false, code: 'UPLOAD_RANGE_INVALID', message, offset });
  }
}

async function command(
  context: RepositoryContext,
  id: string,
  what: UploadCommand,
  body: UploadBody,
): Promise<UploadStatus> {
  const { uploads } = context;
  const stream = body.length === 0 ? null : body.stream;
  let request = commandRequest(what, stream);
  const send = async () => {
    // A stub that has failed once fails always.
    const stub = uploads.get(uploads.idFromString(id));
    const sent = request;
    if (stream === null) request = commandRequest({ ...what, again: true }, null);
    return await stub.fetch(sent);
  };
  const response = await repeatIfLost(send, () => !request.bodyUsed);
  const outcome = (await response.json()) as UploadOutcome;
  if (!outcome.ok) throw new UploadError(outcome);
  return outcome;
}

function commandRequest(command: SentCommand, body: ReadableStream | null): Request {
  const headers = { [COMMAND_HEADER]: JSON.stringify(command) };
  return new Request('https://upload/', { method: 'POST', headers, body });
}
