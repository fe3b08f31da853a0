import type { ArchiveErrorCode } from '../../../src/archive/errors.ts';
import { ArchiveError } from '../../../src/archive/errors.ts';
import {
  type ArchiveContents,
  type ReadOptions,
  readArchive,
} from '../../../src/archive/read/read-archive.ts';
import { blobSource } from '../../../src/archive/source.ts';
import { testRuntime } from './runtime.ts';

/** Reads an archive in memory. */
export function read(
  bytes: Uint8Array,
  options: Partial<ReadOptions> = {},
): Promise<ArchiveContents> {
  return readArchive(blobSource(new Blob([bytes.slice()])), { runtime: testRuntime, ...options });
}

/** The error with which an archive is refused. */
export async function refusalOf(
  bytes: Uint8Array,
  options?: Partial<ReadOptions>,
): Promise<{ code: ArchiveErrorCode; message: string }> {
  const refused = await read(bytes, options).then(
    () => null,
    (error: unknown) => error,
  );
  if (refused instanceof ArchiveError) return refused;
  throw refused ?? new Error('the archive was accepted');
}
