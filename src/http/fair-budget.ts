import { type Lease, MemoryBudget } from './memory-budget.ts';

/**
 * Memory of one isolate of which each holder has a share: whoever asks for more waits for itself
 * alone, and takes no place in the queue of the others.
 */
export class FairBudget {
  readonly #all: MemoryBudget;
  readonly #share: number;
  readonly #shares = new Map<string, MemoryBudget>();

  /**
   * @param capacity bytes that are lent at most
   * @param share bytes that are lent at most to one holder
   */
  constructor(capacity: number, share: number) {
    this.#all = new MemoryBudget(capacity);
    this.#share = share;
  }

  /**
   * Waits until the holder's share, and then the whole, has the memory free.
   * @param bytes no more than a share
   * @param isOver whether to stop waiting; then the result is null
   */
  async take(holder: string, bytes: number, isOver: () => boolean): Promise<FairLease | null> {
    const share = this.#shareOf(holder);
    const ofShare = await share.take(bytes, isOver);
    if (ofShare === null) return null;
    const ofAll = await this.#all.take(bytes, isOver);
    if (ofAll !== null) return new FairLease(ofShare, ofAll);
    ofShare.release();
    return null;
  }

  #shareOf(holder: string): MemoryBudget {
    for (const [name, budget] of this.#shares) if (budget.isIdle) this.#shares.delete(name);
    const share = this.#shares.get(holder) ?? new MemoryBudget(this.#share);
    this.#shares.set(holder, share);
    return share;
  }
}

/** Memory from a FairBudget. */
export class FairLease {
  readonly #leases: readonly Lease[];

  constructor(...leases: readonly Lease[]) {
    this.#leases = leases;
  }

  /** Reports that the memory is in use, as of a Lease. */
  use(): void {
    for (const lease of this.#leases) lease.use();
  }

  /** Gives it back; more than once does no harm. */
  release(): void {
    for (const lease of this.#leases) lease.release();
  }
}
