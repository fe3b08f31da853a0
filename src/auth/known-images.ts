import type { Repository } from '../storage/workspaces/images.ts';
import { setBounded } from './bounded-map.ts';
import { type AskedAt, isStillTrue } from './decisions.ts';

/** Images that one isolate knows; the oldest go first. */
const MAX_IMAGES = 10_000;

interface KnownImage {
  readonly imageId: number;
  readonly published: boolean;
  readonly askedAt: AskedAt;
}

const images = new Map<string, KnownImage>();

/**
 * Remembers an image that a query has found or a push has made, for decisions from before: they let
 * a client into a repository without an image, and each read would look for the image again.
 * @param askedAt when the decision of the request was made: what it knows ends with it
 */
export function rememberImage(repository: Repository, askedAt: AskedAt): void {
  const { imageId } = repository;
  if (imageId === null) return;
  const key = keyOf(repository);
  const known = images.get(key);
  // An image that was ever published is so for good.
  const published = repository.published || (known?.imageId === imageId && known.published);
  setBounded(images, MAX_IMAGES, key, { imageId, published, askedAt });
}

/** A repository as a decision knows it, with the image that has been found since. */
export function withKnownImage(repository: Repository, now: number): Repository {
  if (repository.published) return repository;
  const known = images.get(keyOf(repository));
  if (!known || !isStillTrue(known.askedAt, now)) return repository;
  const { imageId, published } = known;
  const isSame = repository.imageId === null || repository.imageId === imageId;
  return isSame ? { ...repository, imageId, published } : repository;
}

function keyOf({ workspaceId, name }: Repository): string {
  return `${workspaceId}/${name.image}`;
}
