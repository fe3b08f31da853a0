import { type Digest, digestAlgorithm, isDigest } from '../../domain/digest.ts';
import { digestBytes } from '../digest-bytes.ts';
import { ArchiveError } from '../errors.ts';
import type { FileContent } from '../file-content.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { readBytes } from '../streams.ts';

/** Something an archive, or a folder, holds. Paths have no `.`, no `..` and no leading slash. */
export type Entry =
  | { readonly kind: 'file'; readonly path: string; readonly content: FileContent }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'other'; readonly path: string; readonly type: string };

/** Everything an archive holds, by path. */
export type Entries = ReadonlyMap<string, Entry>;

/** A JSON document of an archive. */
export interface JsonDocument {
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Bytes of a JSON document that are read into memory: what a registry takes for a manifest. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** Links from one to the next; docker save makes one. */
const MAX_LINKS = 8;

/**
 * A path inside the archive, seen from a folder in it.
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

/** The folder a path is in. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/**
 * The file at a path, which is no link.
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
 * The file at a path, or the one that links inside the archive lead to: docker save writes
 * a layer that two images share once.
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
 * Reads a document whole.
 * @param expected what its name says of it; null where it says nothing
 * @throws ArchiveError FILE_MISSING, NOT_A_FILE, MANIFEST_INVALID when it is too large for one,
 *   DIGEST_MISMATCH
 */
export async function readDocument(
  entries: Entries,
  path: string,
  expected: Digest | null,
  runtime: ArchiveRuntime,
): Promise<JsonDocument> {
  const content = findFile(entries, path);
  if (content.size > MAX_DOCUMENT_BYTES) {
    throw new ArchiveError('MANIFEST_INVALID', { path, reason: `it has ${content.size} bytes` });
  }
  const bytes = await readBytes(content.read());
  const algorithm = expected ? digestAlgorithm(expected) : 'sha256';
  const digest = await digestBytes(bytes, algorithm, runtime);
  if (expected && digest !== expected) {
    throw new ArchiveError('DIGEST_MISMATCH', { path, expected, found: digest });
  }
  return { path, digest, bytes, text: new TextDecoder().decode(bytes) };
}

/** The digest a path is named by, as in `blobs/sha256/<hex>` and `<hex>.json`; null where it is not. */
export function digestFromPath(path: string): Digest | null {
  const [, algorithm = 'sha256', hex] =
    /^(?:blobs\/(sha\d+)\/)?([0-9a-f]{64,128})(?:\.json)?$/.exec(path) ?? [];
  const text = `${algorithm}:${hex}`;
  return isDigest(text) ? text : null;
}
