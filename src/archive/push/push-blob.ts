import type { Digest } from '../../domain/digest.ts';
import { ArchiveError } from '../errors.ts';
import { type ArchiveBlob, blobKey } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { type Chunk, type Feed, openFeed } from './blob-reader.ts';
import { measureLayer } from './measure.ts';
import type { StateKeeper } from './push-state.ts';
import type { Pushed } from './pushed-layers.ts';
import type { RemoteRepository } from './remote-repository.ts';
import { DigestRefused, Upload, UploadBehind, UploadGone } from './upload.ts';

/**
 * `checking`: the registry is asked, or the layer's digest is found out. `exists` and `mounted`:
 * the registry had it, here or in another repository.
 */
export type BlobPhase = 'checking' | 'sending' | 'exists' | 'mounted' | 'sent';

/** What pushing a blob needs around it. */
export interface PushContext {
  readonly repository: RemoteRepository;
  readonly runtime: ArchiveRuntime;
  readonly chunkBytes: number;
  readonly state: StateKeeper;
  /** What plain layers are known to be in the registry, by their `diffId`. */
  readonly known: ReadonlyMap<Digest, Pushed>;
  /** `done`: bytes of the blob, as it lies in the archive, that are dealt with. */
  report(blob: ArchiveBlob, phase: BlobPhase, done: number): void;
}

/** How often an upload that the registry has lost is begun again. */
const MAX_RESTARTS = 3;

/**
 * Sees to it that the registry has a blob, and returns what it has.
 * @throws ArchiveError; the signal's reason
 */
export async function pushBlob(context: PushContext, blob: ArchiveBlob): Promise<Pushed> {
  context.report(blob, 'checking', 0);
  const known = await findKnown(context, blob);
  if (known) return known;
  const digest =
    blob.compression && !blob.digest ? await measureLayer(blob, context.runtime) : blob.digest;
  if (digest && (await context.repository.hasBlob(digest))) {
    return conclude(context, blob, digest, blob.size, 'exists');
  }
  for (let count = 0; count < MAX_RESTARTS; count++) {
    try {
      return await new BlobPush(context, blob, digest).run();
    } catch (error) {
      if (!(error instanceof UploadGone)) throw error;
      context.state.forget(blobKey(blob));
    }
  }
  throw new ArchiveError('UPLOAD_LOST', { blob: blob.path, attempts: MAX_RESTARTS });
}

/** A plain layer that is in the registry already, as an earlier push or somebody else packed it. */
async function findKnown(context: PushContext, blob: ArchiveBlob): Promise<Pushed | null> {
  if (blob.digest || !blob.diffId) return null;
  const known = context.state.layer(blob.diffId) ?? context.known.get(blob.diffId);
  if (!known || !(await context.repository.hasBlob(known.digest))) return null;
  context.state.learn(blob.diffId, known);
  context.report(blob, 'exists', blob.size);
  return known;
}

function conclude(
  context: PushContext,
  blob: ArchiveBlob,
  digest: Digest,
  size: number,
  phase: 'exists' | 'mounted' | 'sent',
): Pushed {
  const pushed = { mediaType: blob.mediaType, digest, size };
  context.state.forget(blobKey(blob));
  if (blob.diffId) context.state.learn(blob.diffId, pushed);
  context.report(blob, phase, blob.size);
  return pushed;
}

/** One upload of a blob, from its begin, or where an earlier push left it, to its end. */
class BlobPush {
  readonly #context: PushContext;
  readonly #blob: ArchiveBlob;
  /** Null for a plain layer: what packing makes of it is not known before. */
  readonly #digest: Digest | null;
  #resumed = false;

  constructor(context: PushContext, blob: ArchiveBlob, digest: Digest | null) {
    this.#context = context;
    this.#blob = blob;
    this.#digest = digest;
  }

  async run(): Promise<Pushed> {
    const { repository, state } = this.#context;
    const unfinished = state.upload(blobKey(this.#blob));
    if (unfinished) {
      this.#resumed = true;
      const upload = await Upload.resume(repository, unfinished.location);
      return await this.#sendAll(upload);
    }
    const feed = await this.#open();
    const first = await feed.take(this.#context.chunkBytes);
    if (first.last) return await this.#sendWhole(feed, first);
    const location = await repository.beginUpload(this.#digest);
    if (location === null) {
      feed.close();
      return this.#conclude(this.#digest ?? feed.finish(), this.#blob.size, 'mounted');
    }
    return await this.#sendAll(new Upload(repository, location), feed, first);
  }

  #open(): Promise<Feed> {
    return openFeed(this.#blob, this.#digest, this.#context.runtime);
  }

  /** A blob of one chunk: its digest is known now, so one PUT takes and checks it. */
  async #sendWhole(feed: Feed, chunk: Chunk): Promise<Pushed> {
    const { repository } = this.#context;
    const digest = feed.finish();
    if (this.#digest === null && (await repository.hasBlob(digest))) {
      return this.#conclude(digest, chunk.end, 'exists');
    }
    const location = await repository.beginUpload(digest);
    if (location === null) return this.#conclude(digest, chunk.end, 'mounted');
    this.#context.report(this.#blob, 'sending', 0);
    await this.#finish(new Upload(repository, location), digest, chunk);
    return this.#conclude(digest, chunk.end, 'sent');
  }

  /** Sends chunk after chunk; where the registry has lost some it reads the blob again. */
  async #sendAll(upload: Upload, feed?: Feed, first?: Chunk): Promise<Pushed> {
    let [current, chunk] = [feed ?? (await this.#open()), first];
    try {
      for (;;) {
        if (!chunk) await current.skipTo(upload.offset);
        chunk ??= await current.take(this.#context.chunkBytes);
        if (await this.#sendChunk(upload, current, chunk)) {
          if (chunk.last) return await this.#end(upload, current, chunk.end);
        } else {
          current.close();
          current = await this.#open();
        }
        chunk = undefined;
      }
    } finally {
      current.close();
    }
  }

  /** False when the registry wants bytes from before this chunk. */
  async #sendChunk(upload: Upload, feed: Feed, chunk: Chunk): Promise<boolean> {
    this.#context.state.note(blobKey(this.#blob), upload);
    try {
      await upload.send(chunk);
    } catch (error) {
      if (error instanceof UploadBehind) return false;
      throw error;
    }
    this.#context.state.note(blobKey(this.#blob), upload);
    this.#context.report(this.#blob, 'sending', feed.consumed);
    return true;
  }

  async #end(upload: Upload, feed: Feed, size: number): Promise<Pushed> {
    let digest: Digest;
    try {
      digest = feed.finish();
    } catch (error) {
      this.#context.state.forget(blobKey(this.#blob));
      await upload.cancel();
      throw error;
    }
    await this.#finish(upload, digest);
    return this.#conclude(digest, size, 'sent');
  }

  /** What an earlier push sent may not fit: another version of a runtime may pack otherwise. */
  async #finish(upload: Upload, digest: Digest, whole: Chunk | null = null): Promise<void> {
    try {
      await upload.finish(digest, whole);
    } catch (error) {
      if (!(error instanceof DigestRefused)) throw error;
      if (this.#resumed) throw new UploadGone();
      const detail = { path: this.#blob.path, expected: digest, found: 'another at the registry' };
      throw new ArchiveError('DIGEST_MISMATCH', detail);
    }
  }

  #conclude(digest: Digest, size: number, phase: 'exists' | 'mounted' | 'sent'): Pushed {
    return conclude(this.#context, this.#blob, digest, size, phase);
  }
}
