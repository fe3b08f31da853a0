import type { Digest } from './digest.ts';
import type { Tag } from './names.ts';

/**
 * What the counter of an image is told. `client` stands for the principal and its address; it is
 * only compared.
 */
export type PullNote = ManifestResolved | ManifestServed;

/** A HEAD by tag told a client what the tag points at. */
export interface ManifestResolved {
  readonly kind: 'resolved';
  readonly client: string;
  readonly tag: Tag;
  readonly digest: Digest;
}

/** A client was sent a manifest. */
export interface ManifestServed {
  readonly kind: 'served';
  /** Unique: a note that arrives twice counts once. */
  readonly id: string;
  readonly imageId: number;
  readonly client: string;
  /** The requested tag; null if the request was by digest. */
  readonly tag: Tag | null;
  readonly digest: Digest;
  /** The manifests that it lists, if it is an index. */
  readonly children: readonly Digest[];
  /** When it was requested, ms. */
  readonly at: number;
}

/** Pulls of one tag, or of one digest, on one day. */
export interface PullCount {
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly tag: string | null;
  readonly digest: string;
  readonly pulls: number;
  /** Time of the last of them: ms, rounded down to the minute. */
  readonly lastAt: number;
}
