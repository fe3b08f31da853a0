import { RegistryError } from '../domain/errors.ts';
import { type Disk, hasDiskFailed } from './disk.ts';

/** How long R2 may take for a write after it has all its bytes, ms. */
const SETTLE_TIME = 60_000;

/** How often the disk is checked during a write, in ms. */
const ASK_EVERY = 1000;

/**
 * Waits for a write to R2, which may never settle: the local simulator forgets a write for which
 * the disk has no space.
 * @param consumed settles when R2 has all bytes; null where that is not known
 * @throws RegistryError STORAGE_FULL if the disk refused a write meanwhile; UNAVAILABLE if R2 has
 *   all bytes and does not answer; errors of the write
 */
export async function watchWrite<T>(
  write: Promise<T>,
  consumed: Promise<unknown> | null,
  disk?: Disk,
): Promise<T> {
  const over = new AbortController();
  const watches = [
    ...(consumed ? [failWhenStalled(consumed, over.signal)] : []),
    ...(disk ? [failWhenDiskFails(disk, over.signal)] : []),
  ];
  try {
    return await Promise.race([write, ...watches]);
  } finally {
    over.abort();
  }
}

async function failWhenStalled(consumed: Promise<unknown>, signal: AbortSignal): Promise<never> {
  await consumed;
  await scheduler.wait(SETTLE_TIME, { signal });
  console.error({ message: 'R2 has all bytes of a write and does not answer' });
  throw new RegistryError('UNAVAILABLE', 'the storage does not answer: try again');
}

async function failWhenDiskFails(disk: Disk, signal: AbortSignal): Promise<never> {
  const began = Date.now();
  do await scheduler.wait(ASK_EVERY, { signal });
  while (!(await hasDiskFailed(disk, began)));
  throw new RegistryError('STORAGE_FULL');
}
