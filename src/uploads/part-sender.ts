import { RegistryError } from '../domain/errors.ts';
import { isR2Error, UPLOAD_GONE } from '../storage/objects.ts';
import { type UploadState, writePart, writeUpload } from './upload-state.ts';

/** Parts that are being sent at a time. */
const IN_FLIGHT = 2;
const TRIES = 4;

/**
 * Sends the parts of an upload to R2, two at a time. A part is recorded as soon as R2 has it and
 * all parts before it, so the recorded parts never have a gap.
 */
export class PartSender {
  readonly #bucket: R2Bucket;
  readonly #storage: DurableObjectStorage;
  /** Parts that are not recorded yet, in order; each resolves when it is. */
  readonly #pending: Promise<void>[] = [];
  /** The last sends, which may still be running even if `#pending` was rejected. */
  #sends: Promise<unknown>[] = [];
  #sent: number;
  #upload: UploadState;

  constructor(bucket: R2Bucket, storage: DurableObjectStorage, upload: UploadState) {
    this.#bucket = bucket;
    this.#storage = storage;
    this.#upload = upload;
    this.#sent = upload.parts;
  }

  /** The stored state; parts that are on their way are not in it. */
  get upload(): UploadState {
    return this.#upload;
  }

  /** Continues from a state that was stored while no part was on its way. */
  continueFrom(upload: UploadState): void {
    this.#upload = upload;
  }

  /** Waits until a part may be sent. @throws the error of an earlier part that failed for good */
  async ready(): Promise<void> {
    while (this.#pending.length >= IN_FLIGHT) await this.#pending[0];
  }

  /** Starts sending the next part. Call `ready` first. `onRead` is called when R2 has read it. */
  async send(bytes: Uint8Array, onRead: () => void): Promise<void> {
    const multipart = await this.#multipart();
    const before = this.#pending.at(-1);
    const sent = putPart(multipart, ++this.#sent, bytes).finally(onRead);
    this.#sends = [...this.#sends.slice(1 - IN_FLIGHT), sent];
    const recorded = Promise.all([sent, before]).then(([part]) => {
      this.#upload = writePart(this.#storage, this.#upload, part);
      this.#pending.shift();
    });
    // `ready` and `settle` throw the error; until then it must not be an unhandled rejection.
    recorded.catch(() => {});
    this.#pending.push(recorded);
  }

  /** Waits for all parts. @throws the error of a part that failed for good */
  async settle(): Promise<UploadState> {
    await Promise.all(this.#pending);
    return this.#upload;
  }

  /** Waits for all sends, failed or not: a late part must not overwrite one of a later request. */
  async rest(): Promise<void> {
    await Promise.allSettled(this.#sends);
  }

  async #multipart(): Promise<R2MultipartUpload> {
    const { key, multipartId } = this.#upload;
    if (multipartId !== null) return this.#bucket.resumeMultipartUpload(key, multipartId);
    const created = await this.#bucket.createMultipartUpload(key);
    this.#upload = { ...this.#upload, multipartId: created.uploadId };
    writeUpload(this.#storage, this.#upload);
    return created;
  }
}

/** Uploads one part, with retries when R2 fails. @throws the error of the last try */
export async function putPart(
  multipart: R2MultipartUpload,
  number: number,
  bytes: Uint8Array,
): Promise<R2UploadedPart> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await multipart.uploadPart(number, bytes);
    } catch (error) {
      const isFinal = error instanceof RegistryError || isR2Error(error, UPLOAD_GONE);
      if (attempt === TRIES || isFinal) throw error;
      await scheduler.wait(50 * 4 ** attempt);
    }
  }
}
