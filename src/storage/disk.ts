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
  const at = Date.now();
  const known = answers.get(disk);
  if (known && at >= known.at && at - known.at < FRESH_FOR) return known.state;
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

/** Whether a write failed since then because the disk was full. */
export async function hasDiskFailed(disk: Disk, since: number): Promise<boolean> {
  const { failedAt } = await readDisk(disk);
  return failedAt !== null && failedAt >= since;
}
