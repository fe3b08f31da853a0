import { isRepositoryName, parseTag } from '../../src/domain/names.ts';
import type { Destination } from './protocol.ts';

/** The suggested tag if the archive names none. */
const DEFAULT_TAG = 'latest';

/**
 * Suggests name and tag for an image of an archive: those that it had where it was saved, without
 * that registry's host, or else a name made of the file's.
 * @param names references of the archive, `docker.io/library/alpine:3.20`; may be none
 */
export function suggestName(
  names: readonly string[],
  fileName: string,
): Pick<Destination, 'image' | 'tag'> {
  const [reference] = names.filter((name) => !name.startsWith('sha256:'));
  if (!reference) return { image: nameOfFile(fileName), tag: DEFAULT_TAG };
  const [withoutDigest = ''] = reference.split('@');
  const colon = withoutDigest.lastIndexOf(':');
  const hasTag = colon > withoutDigest.lastIndexOf('/');
  const path = hasTag ? withoutDigest.slice(0, colon) : withoutDigest;
  const tag = hasTag ? withoutDigest.slice(colon + 1) : DEFAULT_TAG;
  return { image: withoutHost(path) || nameOfFile(fileName), tag };
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
export function isDestination({ workspace, image, tag }: Destination): boolean {
  return isRepositoryName(`${workspace || 'any'}/${image}`) && isTag(tag);
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
