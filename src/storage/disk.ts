import { RegistryError } from '../domain/errors.ts';

/** Tells what is free on the disk below a local registry. Cloudflare's storage has no such limit. */
export type Disk = Fetcher;

/** What the disk's service answers. */
interface DiskState {
  /** Bytes. */
  readonly free: number;
  /** Bytes that pushes leave free, so that signing in, deletion and collection still work. */
  readonly reserve: number;
  /** When a write last failed because the disk was full, ms since 1970; null: never. */
  readonly failedAt: number | null;
}

/** How long an isolate believes an answer, in ms. */
const FRESH_FOR = 500;

const answers = new WeakMap<Disk, { readonly state: DiskState; readonly at: number }>();

async function readDisk(disk: Disk): Promise<DiskState> {
  const known = answers.get(disk);
  const age = Date.now() - (known?.at ?? 0);
  return known && age >= 0 && age < FRESH_FOR ? known.state : await askDisk(disk);
}

async function askDisk(disk: Disk): Promise<DiskState> {
  const at = Date.now();
  const state = (await (await disk.fetch('https://disk/')).json()) as DiskState;
  answers.set(disk, { state, at });
  return state;
}

/**
 * Refuses a write that would use the space that pushes leave free.
 * @throws RegistryError STORAGE_FULL
 */
export async function requireSpace(disk: Disk | undefined, bytes: number): Promise<void> {
  if (!disk) return;
  const { free, reserve } = await readDisk(disk);
  if (free - bytes < reserve) throw new RegistryError('STORAGE_FULL');
}

/** Whether pushes are refused because little is free. */
export async function isDiskLow(disk: Disk | undefined): Promise<boolean> {
  if (!disk) return false;
  const { free, reserve } = await readDisk(disk);
  return free < reserve;
}

/** Less than a database takes to open, in bytes. */
const FULL_BELOW = 1024 ** 2;

/** How long a failed write counts, in ms. */
const FAILED_FOR = 5000;

/** Whether what fails now does so because the disk is full. */
export async function isDiskFull(disk: Disk | undefined): Promise<boolean> {
  // It may have filled since it was last asked.
  const state = disk ? await askDisk(disk).catch(() => null) : null;
  if (!state) return false;
  const { free, failedAt } = state;
  return free < FULL_BELOW || (failedAt !== null && failedAt >= Date.now() - FAILED_FOR);
}

/** Whether a write failed since then because the disk was full. */
export async function hasDiskFailed(disk: Disk, since: number): Promise<boolean> {
  const { failedAt } = await readDisk(disk);
  return failedAt !== null && failedAt >= since;
}
