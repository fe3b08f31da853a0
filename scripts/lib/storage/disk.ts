import { statfsSync } from 'node:fs';

const MIB = 1024 ** 2;

/** The state of the disk, as the Worker receives it. */
interface DiskState {
  /** Bytes. */
  readonly free: number;
  /** Bytes that pushes leave free. */
  readonly reserve: number;
  /** When a write last failed because the disk was full, ms since 1970; null: never. */
  readonly failedAt: number | null;
}

/** How workerd, and SQLite in it, report a full disk. */
const FULL =
  /no space left on device|disk quota exceeded|disk is full|SQLITE_FULL|SQLITE_IOERR_SHMSIZE/i;

/** The disk that a state is on. */
export class StateDisk {
  readonly #folder: string;
  readonly #reserve: number | null;
  #failedAt: number | null = null;

  /** @param reserve bytes that pushes leave free; null: what suits the disk */
  constructor(folder: string, reserve: number | null) {
    this.#folder = folder;
    this.#reserve = reserve;
  }

  /** Reads a message of workerd, by which alone it says that a write failed. */
  readMessage(message: string): void {
    if (FULL.test(message)) this.#failedAt = Date.now();
  }

  describe(): DiskState {
    const { bavail, blocks, bsize } = statfsSync(this.#folder);
    const reserve = this.#reserve ?? defaultReserve(blocks * bsize);
    return { free: bavail * bsize, reserve, failedAt: this.#failedAt };
  }
}

/** 1 % of a disk, from 256 MiB to 2 GiB; a tenth of a small one. */
function defaultReserve(size: number): number {
  const share = Math.min(Math.max(size / 100, 256 * MIB), 2048 * MIB);
  return Math.floor(Math.min(share, size / 10));
}
