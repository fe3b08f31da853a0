import type { Lease } from '../http/memory-budget.ts';
import { PART_SIZE, PartBuffer, partMemory } from './part-buffer.ts';
import type { PartSender } from './part-sender.ts';
import { readTail, type UploadState, writeTail, writeUpload } from './upload-state.ts';

/** Memory of a body's first part at first, in bytes, and the factor by which it grows. */
const FIRST_MEMORY = 16 * 1024;
const GROWTH = 4;

/** How long a part may take to fill while other uploads wait for memory, in ms. */
const TURN = 10_000;

interface Held {
  readonly buffer: PartBuffer;
  readonly lease: Lease;
}

/**
 * The part of an upload that is being filled: in memory while bytes come, in the object's storage
 * when they do not, and when others need the memory. While it waits for memory it holds none, apart
 * from that of parts on their way, which is freed anyway: so uploads never wait for each other.
 */
export class OpenPart {
  readonly #storage: DurableObjectStorage;
  readonly #sender: PartSender;
  readonly #isStopped: () => boolean;
  #held: Held | null = null;
  /** Bytes of this part that are in the storage. */
  #stored: number;
  /** The memory that it takes next, in bytes. */
  #memory = FIRST_MEMORY;

  /** @param isStopped whether to stop waiting for memory */
  constructor(storage: DurableObjectStorage, sender: PartSender, isStopped: () => boolean) {
    this.#storage = storage;
    this.#sender = sender;
    this.#isStopped = isStopped;
    this.#stored = sender.upload.tailBytes;
  }

  /** Whether it has had its memory for long while others wait for some. */
  get isOverdue(): boolean {
    if (!this.#held || !partMemory.isContended) return false;
    return this.#held.lease.since < Date.now() - TURN;
  }

  /** Whether it is to be sent. */
  get isWhole(): boolean {
    return this.#held?.buffer.bytes.length === PART_SIZE;
  }

  /** Takes in as many bytes as it has memory for, and returns their number. */
  add(bytes: Uint8Array): number {
    this.#held?.lease.use();
    return this.#held?.buffer.add(bytes) ?? 0;
  }

  /**
   * Waits for memory for more bytes. False if it was stopped.
   * @throws the error of an earlier part that R2 has refused for good
   */
  async makeRoom(): Promise<boolean> {
    if (this.#held) await this.#grow(this.#held);
    this.#held ??= await this.#begin();
    return this.#held !== null;
  }

  /**
   * Starts sending it, and continues with the next part.
   * @throws the error of an earlier part that R2 has refused for good
   */
  async send(): Promise<void> {
    if (!this.#held) return;
    const { buffer, lease } = this.#held;
    await this.#sender.ready();
    await this.#sender.send(buffer.bytes, () => {
      buffer.free();
      lease.release();
    });
    this.#held = null;
    this.#stored = 0;
    // A body that has filled one part has shown that it brings bytes.
    this.#memory = PART_SIZE;
  }

  /** As `store`, if it holds memory. */
  async pause(): Promise<void> {
    if (this.#held) await this.store();
  }

  /**
   * Stores everything durably and gives the memory back.
   * @throws the error of an earlier part that R2 has refused for good
   */
  async store(): Promise<UploadState> {
    const upload = await this.#sender.settle();
    if (!this.#held) {
      writeUpload(this.#storage, upload);
      return upload;
    }
    const next = writeTail(this.#storage, upload, this.#held.buffer.bytes, this.#stored);
    this.#sender.continueFrom(next);
    this.#stored = next.tailBytes;
    this.release();
    return next;
  }

  /** Gives the memory back. */
  release(): void {
    this.#held?.buffer.free();
    this.#held?.lease.release();
    this.#held = null;
  }

  async #begin(): Promise<Held | null> {
    while (this.#memory <= this.#stored) this.#memory = grown(this.#memory);
    const lease = await partMemory.take(this.#memory, this.#isStopped);
    if (!lease) return null;
    const tail = this.#stored > 0 ? readTail(this.#storage) : [];
    return { buffer: new PartBuffer(this.#memory, tail), lease };
  }

  async #grow({ buffer, lease }: Held): Promise<void> {
    this.#memory = grown(buffer.memory);
    if (partMemory.tryResize(lease, this.#memory)) buffer.grow(this.#memory);
    else await this.store();
  }
}

const grown = (memory: number) => Math.min(memory * GROWTH, PART_SIZE);
