import type { Digest } from './digest.ts';
import type { Tag } from './names.ts';

/**
 * What the counter of an image is told. `client` is who asks and from where, in a form that is
 * only compared.
 */
export type PullNote = ManifestResolved | ManifestServed;

/** A client asked by HEAD what a tag points at, and was told. */
export interface ManifestResolved {
  readonly kind: 'resolved';
  readonly client: string;
  readonly tag: Tag;
  readonly digest: Digest;
}

/** A client was sent a manifest. */
export interface ManifestServed {
  readonly kind: 'served';
  /** Unique: a note that is told twice counts once. */
  readonly id: string;
  readonly imageId: number;
  readonly client: string;
  /** The tag it asked for; null where it asked by digest. */
  readonly tag: Tag | null;
  readonly digest: Digest;
  /** The manifests it lists, when it is an index. */
  readonly children: readonly Digest[];
  /** When it was asked for, ms. */
  readonly at: number;
}

/** Pulls of one version in one day. */
export interface PullCount {
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly tag: string | null;
  readonly digest: string;
  readonly pulls: number;
  /** When the last of them came: ms, cut to the minute. */
  readonly lastAt: number;
}
