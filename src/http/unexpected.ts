import { RegistryError } from '../domain/errors.ts';
import { isTransient, logFailure } from '../storage/failures.ts';
import { readFullDisk } from './full-disk.ts';

/** Logs an error that no handler expected, and answers the one that the client is told. */
export function reportUnexpected(error: unknown): RegistryError {
  logFailure('a request failed', error);
  const full = readFullDisk(error);
  return full ?? new RegistryError(isTransient(error) ? 'UNAVAILABLE' : 'UNKNOWN');
}
