import { RegistryError } from '../domain/errors.ts';

/** How SQLite, below D1 and Durable Objects, reports that it cannot grow. */
const FULL = /SQLITE_FULL|database or disk is full|no space left on device/i;

/** The error for what failed because the disk is full; null for others. */
export function readFullDisk(error: unknown): RegistryError | null {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (FULL.test(one.message)) return new RegistryError('STORAGE_FULL');
  }
  return null;
}
