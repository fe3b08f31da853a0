import { type Digest, digestAlgorithm, isDigest } from '../../domain/digest.ts';
import { digestBytes } from '../digest-bytes.ts';
import { ArchiveError } from '../errors.ts';
import type { FileContent } from '../file-content.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { readBytes } from '../streams.ts';

/** An entry of an archive or a folder. Paths have no `.`, no `..` and no leading slash. */
export type Entry =
  | { readonly kind: 'file'; readonly path: string; readonly content: FileContent }
  /** `target` as it is written, relative to `folder`; it may lead anywhere until it is used. */
  | {
      readonly kind: 'link';
      readonly path: string;
      readonly folder: string;
      readonly target: string;
    }
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
 * Resolves a path relative to a folder of the archive. As for engines, an absolute path begins at
 * the top of the archive.
 * @throws ArchiveError PATH_ESCAPES
 */
export function resolvePath(folder: string, path: string): string {
  const parts = folder === '' || path.startsWith('/') ? [] : folder.split('/');
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
 * The file at a path, or the one that links lead to: docker save stores a layer that two images
 * share once. Links are resolved only when they are used, and lead nowhere outside the archive.
 * @throws ArchiveError FILE_MISSING, NOT_A_FILE, PATH_ESCAPES
 */
export function findFile(entries: Entries, path: string): FileContent {
  const entry = followLinks(entries, path);
  if (!entry) throw new ArchiveError('FILE_MISSING', { path });
  if (entry.kind === 'file') return entry.content;
  const kind = entry.kind === 'link' ? 'a chain of links' : `a ${entry.type}`;
  throw new ArchiveError('NOT_A_FILE', { path, kind });
}

/** Whether there is anything at a path. */
export function hasEntry(entries: Entries, path: string): boolean {
  return followLinks(entries, path) !== undefined;
}

function followLinks(entries: Entries, path: string): Entry | undefined {
  let at = path;
  let link = findLink(entries, at);
  for (let count = 0; link && count < MAX_LINKS; count++) {
    at = resolvePath(link.folder, link.target + at.slice(link.path.length));
    link = findLink(entries, at);
  }
  return link ?? entries.get(at);
}

/** The link at a path, or in place of a folder on the way to it. */
function findLink(entries: Entries, path: string): (Entry & { kind: 'link' }) | undefined {
  for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
    const entry = entries.get(end < 0 ? path : path.slice(0, end));
    if (entry?.kind === 'link') return entry;
    if (end < 0) return undefined;
  }
}

/**
 * Reads a JSON file into memory.
 * @param expected its digest; null where none is known
 * @throws ArchiveError FILE_MISSING, NOT_A_FILE, PATH_ESCAPES, DIGEST_MISMATCH; MANIFEST_INVALID if
 *   it is too large
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

/** A JSON object; null for any other text. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
