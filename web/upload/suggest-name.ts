import { isRepositoryName, parseTag } from '../../src/domain/names.ts';
import { findUnusableNames, parseSavedName, tagsOfNames } from '../../src/domain/saved-names.ts';
import type { Destination } from './protocol.ts';

/** The suggested tag if the archive names none. */
const DEFAULT_TAG = 'latest';

/** A name for an image of an archive, with its tags. */
interface Suggestion {
  readonly image: string;
  readonly tags: string;
  /** The references that it was made of. */
  readonly names: readonly string[];
  /** Those of them that give no tag. */
  readonly unusable: readonly string[];
}

/**
 * Suggests names for an image of an archive: those that it had where it was saved, without that
 * registry's host and with all their tags, or else one made of the file's.
 * @param names references of the archive, `docker.io/library/alpine:3.20`; may be none
 */
export function suggestNames(names: readonly string[], fileName: string): readonly Suggestion[] {
  const byImage = new Map<string, string[]>();
  for (const name of names) {
    const saved = parseSavedName(name);
    if (!saved) continue;
    const image = withoutHost(saved.path ?? '') || nameOfFile(fileName);
    byImage.set(image, [...(byImage.get(image) ?? []), name]);
  }
  if (byImage.size === 0) {
    return [{ image: nameOfFile(fileName), tags: DEFAULT_TAG, names, unusable: [] }];
  }
  return [...byImage].map(([image, own]) => ({
    image,
    tags: tagsOfNames(own).join(', ') || DEFAULT_TAG,
    names: own,
    unusable: findUnusableNames(own).map(({ name }) => name),
  }));
}

/** Tags from a text with commas or spaces between them, each once. */
export function splitTags(text: string): string[] {
  return [...new Set(text.split(/[\s,，、]+/).filter(Boolean))];
}

/** The first part is a host if it has a dot or a port, as container clients decide. */
function withoutHost(path: string): string {
  const [first = '', ...rest] = path.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return (isHost ? rest.join('/') : path).replace(/^library\//, '');
}

function nameOfFile(fileName: string): string {
  const stem = fileName.toLowerCase().replace(/(\.tar)?(\.(gz|zst|tgz))?$|\.tgz$/, '');
  const name = stem.replace(/[^a-z0-9._-]+/g, '-').replace(/^[._-]+|[._-]+$/g, '');
  return isRepositoryName(`any/${name}`) ? name : 'image';
}

/** Whether an image can be pushed under these names. */
export function isDestination({ workspace, image, tags }: Destination): boolean {
  return isRepositoryName(`${workspace || 'any'}/${image}`) && tags.length > 0 && tags.every(isTag);
}

/** Whether a text can be a tag. */
export function isTag(text: string): boolean {
  try {
    parseTag(text);
    return true;
  } catch {
    return false;
  }
}
