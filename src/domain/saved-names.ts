import { parseTag, type Tag } from './names.ts';

/** A name under which an image was saved in an archive. */
export interface SavedName {
  /** With the registry's host, if it has one; null for a tag alone, as OCI layouts have it. */
  readonly path: string | null;
  readonly tag: Tag | null;
}

/** Parses `docker.io/library/alpine:3.20`, or `3.20`; null for an ID. */
export function parseSavedName(name: string): SavedName | null {
  const [reference = ''] = name.split('@');
  if (reference === '' || reference.startsWith('sha256:')) return null;
  const colon = reference.lastIndexOf(':');
  if (colon > reference.lastIndexOf('/')) {
    return { path: reference.slice(0, colon), tag: toTag(reference.slice(colon + 1)) };
  }
  const tag = reference.includes('/') ? null : toTag(reference);
  return tag ? { path: null, tag } : { path: reference, tag: null };
}

/** The tags among names, each once. */
export function tagsOfNames(names: readonly string[]): Tag[] {
  return [...new Set(names.flatMap((name) => parseSavedName(name)?.tag ?? []))];
}

function toTag(text: string): Tag | null {
  try {
    return parseTag(text);
  } catch {
    return null;
  }
}
