/** How long memory may go without use before it counts as lost, in ms. */
const LOST_AFTER = 5 * 60_000;

/** How long a request may go without polling before it counts as gone, in ms. */
const GONE_AFTER = 5_000;

/** The longest pause between two polls of a waiting request, in ms. */
const LONGEST_PAUSE = 250;

/** A request that waits for memory. */
interface Ticket {
  readonly bytes: number;
  polledAt: number;
}

/**
 * Shares an amount of memory among the requests and Durable Objects of one isolate, in the order
 * in which they ask. Whoever waits should hold nothing that another one may be waiting for.
 *
 * It holds plain data only, because a request must not await what another one has begun: each
 * polls by a timer of its own. A request or an object can be reset without running another line, so
 * a place in the queue, and memory, end by themselves when nothing was heard of their holder.
 */
export class MemoryBudget {
  readonly #leases = new Set<Lease>();
  #free: number;
  #queue: Ticket[] = [];

  /** @param capacity bytes that are lent at most */
  constructor(capacity: number) {
    this.#free = capacity;
  }
  /** Bytes that are not lent. */
  get free(): number {
    return this.#free;
  }

  /** Whether a request waits. */
  get isContended(): boolean {
    this.#dropGone();
    return this.#queue.length > 0;
  }

  /** Whether nothing is lent and no request waits. */
  get isIdle(): boolean {
    this.#releaseLost();
    return this.#leases.size === 0 && !this.isContended;
  }

  /** Takes memory if it is free and no one waits for it. */
  tryTake(bytes: number): Lease | null {
    if (this.isContended || this.#free < bytes) return null;
    return this.#lend(bytes);
  }

  /** Changes the size of a lease. False if the memory is not free, or others wait for it. */
  tryResize(lease: Lease, bytes: number): boolean {
    const more = bytes - lease.bytes;
    if (more > 0 && (this.isContended || this.#free < more)) return false;
    this.#free -= more;
    lease.bytes = bytes;
    return true;
  }

  /**
   * Waits until it is this request's turn and the memory is free.
   * @param isOver whether to stop waiting; then the result is null
   */
  take(bytes: number): Promise<Lease>;
  take(bytes: number, isOver: () => boolean): Promise<Lease | null>;
  async take(bytes: number, isOver = () => false): Promise<Lease | null> {
    const ticket: Ticket = { bytes, polledAt: 0 };
    try {
      while (!isOver()) {
        const place = this.#poll(ticket);
        if (place === 0 && this.#hasFree(bytes)) return this.#lend(bytes);
        await pause(Math.min(LONGEST_PAUSE, 5 * (place + 1)));
      }
      return null;
    } finally {
      this.#queue = this.#queue.filter((one) => one !== ticket);
    }
  }

  /** The request's place in the queue. One that was too late to poll takes the last place again. */
  #poll(ticket: Ticket): number {
    ticket.polledAt = Date.now();
    this.#dropGone();
    if (!this.#queue.includes(ticket)) this.#queue.push(ticket);
    return this.#queue.indexOf(ticket);
  }

  #dropGone(): void {
    const now = Date.now();
    this.#queue = this.#queue.filter(({ polledAt }) => polledAt > now - GONE_AFTER);
  }

  #hasFree(bytes: number): boolean {
    if (this.#free < bytes) this.#releaseLost();
    return this.#free >= bytes;
  }

  #releaseLost(): void {
    const now = Date.now();
    for (const lease of this.#leases) if (lease.usedAt < now - LOST_AFTER) lease.release();
  }

  #lend(bytes: number): Lease {
    const lease = new Lease(bytes, () => {
      if (this.#leases.delete(lease)) this.#free += lease.bytes;
    });
    this.#leases.add(lease);
    this.#free -= bytes;
    return lease;
  }
}

/** Memory from a budget. Its holder reports that it uses it, and gives it back. */
export class Lease {
  bytes: number;
  /** Since when it is lent, in ms. */
  readonly since = Date.now();
  usedAt = this.since;
  readonly #giveBack: () => void;

  constructor(bytes: number, giveBack: () => void) {
    this.bytes = bytes;
    this.#giveBack = giveBack;
  }

  /** Reports that the memory is in use, which has to happen every few minutes. */
  use(): void {
    this.usedAt = Date.now();
  }

  /** Gives it back; more than once does no harm. */
  release(): void {
    this.#giveBack();
  }
}

/**
 * Frees the memory of bytes, of which nothing is left: garbage collection is too slow for it. More
 * than once does no harm.
 */
export function freeBytes({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (!buffer.detached) buffer.transfer(0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
