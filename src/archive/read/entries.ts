import { type Digest, digestAlgorithm, isDigest } from '../../domain/digest.ts';
import { digestBytes } from '../digest-bytes.ts';
import { ArchiveError } from '../errors.ts';
import type { FileContent } from '../file-content.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { readBytes } from '../streams.ts';

/** An entry of an archive or a folder. Paths have no `.`, no `..` and no leading slash. */
export type Entry =
  | { readonly kind: 'file'; readonly path: string; readonly content: FileContent }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'other'; readonly path: string; readonly type: string };

/** The entries of an archive by path. */
export type Entries = ReadonlyMap<string, Entry>;

/** A JSON file of an archive. */
export interface JsonDocument {
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Limit of a JSON file that is read into memory, in bytes; registries have it for manifests. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** Links that are followed in a row; docker save needs one. */
const MAX_LINKS = 8;

/**
 * Resolves a path relative to a folder of the archive.
 * @throws ArchiveError PATH_ESCAPES
 */
export function resolvePath(folder: string, path: string): string {
  if (path.startsWith('/')) throw new ArchiveError('PATH_ESCAPES', { path });
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) throw new ArchiveError('PATH_ESCAPES', { path });
  }
  return parts.join('/');
}

/** The folder of a path. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/**
 * The file at a path; a link is refused.
 * @throws ArchiveError FILE_MISSING or NOT_A_FILE
 */
export function findFile(entries: Entries, path: string): FileContent {
  const entry = entries.get(path);
  if (!entry) throw new ArchiveError('FILE_MISSING', { path });
  if (entry.kind === 'file') return entry.content;
  const kind = entry.kind === 'link' ? 'a link' : `a ${entry.type}`;
  throw new ArchiveError('NOT_A_FILE', { path, kind });
}

/**
 * The file at a path, or the one its links lead to: docker save stores a layer that two images
 * share once.
 * @throws ArchiveError FILE_MISSING or NOT_A_FILE
 */
export function followLinks(entries: Entries, path: string): FileContent {
  let at = path;
  for (let count = 0; count < MAX_LINKS; count++) {
    const entry = entries.get(at);
    if (entry?.kind !== 'link') return findFile(entries, at);
    at = entry.target;
  }
  throw new ArchiveError('NOT_A_FILE', { path, kind: 'a chain of links' });
}

/**
 * Reads a JSON file into memory.
 * @param expected its digest; null where none is known
 * @throws ArchiveError FILE_MISSING, NOT_A_FILE, DIGEST_MISMATCH; MANIFEST_INVALID if it is too
 *   large
 */
export async function readDocument(
  entries: Entries,
  path: string,
  expected: Digest | null,
  runtime: ArchiveRuntime,
): Promise<JsonDocument> {
  const content = findFile(entries, path);
  if (content.size > MAX_DOCUMENT_BYTES) {
    throw new ArchiveError('MANIFEST_INVALID', {
      path,
      reason: `it is too large (${content.size} bytes)`,
    });
  }
  const bytes = await readBytes(content.read());
  const algorithm = expected ? digestAlgorithm(expected) : 'sha256';
  const digest = await digestBytes(bytes, algorithm, runtime);
  if (expected && digest !== expected) {
    throw new ArchiveError('DIGEST_MISMATCH', { path, expected, found: digest });
  }
  return { path, digest, bytes, text: new TextDecoder().decode(bytes) };
}

/** The digest in a path such as `blobs/sha256/<hex>` or `<hex>.json`; null for other paths. */
export function digestFromPath(path: string): Digest | null {
  const [, algorithm = 'sha256', hex] =
    /^(?:blobs\/(sha\d+)\/)?([0-9a-f]{64,128})(?:\.json)?$/.exec(path) ?? [];
  const text = `${algorithm}:${hex}`;
  return isDigest(text) ? text : null;
}
