import { RegistryError } from '../domain/errors.ts';
import { type Disk, isDiskFull } from '../storage/disk.ts';
import { isTransient, logFailure } from '../storage/failures.ts';
import { readFullDisk } from './full-disk.ts';

/**
 * Logs an unexpected error and returns the error to send to the client.
 * @param disk of a local registry, whose databases do not say that it is full
 */
export async function reportUnexpected(
  error: unknown,
  disk: Disk | undefined,
): Promise<RegistryError> {
  logFailure('a request failed', error);
  const full = readFullDisk(error);
  if (full) return full;
  if (await isDiskFull(disk)) return new RegistryError('STORAGE_FULL');
  return new RegistryError(isTransient(error) ? 'UNAVAILABLE' : 'UNKNOWN');
}
