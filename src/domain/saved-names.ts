import { RegistryError } from './errors.ts';
import { parseTag, type Tag } from './names.ts';

/** A name under which an image was saved in an archive. */
export interface SavedName {
  /** With the registry's host, if it has one; null for a tag alone, as OCI layouts have it. */
  readonly path: string | null;
  readonly tag: Tag | null;
}

/** Parses `docker.io/library/alpine:3.20`, or `3.20`; null for an ID. */
export function parseSavedName(name: string): SavedName | null {
  const parts = splitName(name);
  if (parts === null) return null;
  const tag = parts.tag !== null && isTag(parts.tag) ? (parts.tag as Tag) : null;
  // A word that cannot be a tag is the name of an image.
  return { path: parts.path ?? (tag === null ? parts.tag : null), tag };
}

/** The tags among names, each once. */
export function tagsOfNames(names: readonly string[]): Tag[] {
  return [...new Set(names.flatMap((name) => parseSavedName(name)?.tag ?? []))];
}

/** A name that an image is not pushed under, and why. */
export interface UnusableName {
  readonly name: string;
  readonly reason: string;
}

/** The names that give no tag: what they have for it is invalid, or only others have one. */
export function findUnusableNames(names: readonly string[]): UnusableName[] {
  const hasTags = tagsOfNames(names).length > 0;
  return names.flatMap((name) => {
    const parts = splitName(name);
    if (parts === null) return [];
    const untagged = hasTags ? 'it has no tag' : null;
    const reason = parts.tag === null ? untagged : faultOf(parts.tag);
    return reason === null ? [] : [{ name, reason }];
  });
}

/** A name's parts as they are written; null for an ID. */
function splitName(name: string): { path: string | null; tag: string | null } | null {
  const [reference = ''] = name.split('@');
  if (reference === '' || reference.startsWith('sha256:')) return null;
  const colon = reference.lastIndexOf(':');
  if (colon > reference.lastIndexOf('/')) {
    return { path: reference.slice(0, colon), tag: reference.slice(colon + 1) };
  }
  return reference.includes('/') ? { path: reference, tag: null } : { path: null, tag: reference };
}

const isTag = (text: string): boolean => faultOf(text) === null;

/** Why a text is no tag; null if it is one. */
function faultOf(text: string): string | null {
  try {
    parseTag(text);
    return null;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return error.message;
  }
}
