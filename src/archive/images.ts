import type { Digest } from '../domain/digest.ts';
import type { ForeignLayer } from '../domain/docker-archive.ts';
import type { Compression } from './compression.ts';
import type { FileContent } from './file-content.ts';

/** An image or an index of an archive: what can be pushed under one tag. */
export interface ArchiveImage {
  /** Unique in the archive: the digest of its manifest, or of its config if it has none. */
  readonly id: Digest;
  /** The names it was saved under, as the archive spells them; often none. */
  readonly names: readonly string[];
  /** `os/architecture[/variant]` of each image. */
  readonly platforms: readonly string[];
  /** Platforms that its index lists but the archive does not contain. */
  readonly missingPlatforms: readonly string[];
  readonly isIndex: boolean;
  /** The distinct layers of all platforms and referrers. */
  readonly layers: readonly ArchiveBlob[];
  readonly configs: readonly ArchiveBlob[];
  /** Number of signatures, SBOMs and other referrers that are pushed with it. */
  readonly referrers: number;
  /** Bytes of layers and configs in the archive. */
  readonly size: number;
  readonly recipe: Recipe;
}

/** A config or a layer. */
export interface ArchiveBlob {
  /** Path in the archive. */
  readonly path: string;
  readonly mediaType: string;
  /** Null for a layer that the archive names only by its path. */
  readonly digest: Digest | null;
  /** Digest of a layer's uncompressed tar; null where pushing does not need it. */
  readonly diffId: Digest | null;
  /** Bytes in the archive. */
  readonly size: number;
  /** Null for an uncompressed tar, and for a config. */
  readonly compression: Compression | null;
  readonly content: FileContent;
}

/** Where an image's manifest comes from. */
type Recipe =
  /** From the archive, in the order to push them; the root is last. */
  | { readonly kind: 'stored'; readonly manifests: readonly StoredManifest[] }
  /** Composed once the layers are pushed. Lowest layer first; a layer may be listed twice. */
  | {
      readonly kind: 'composed';
      readonly config: ArchiveBlob;
      readonly layers: readonly (ArchiveBlob | ForeignLayer)[];
    };

/** The exact bytes of a manifest. */
export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Whether a layer is elsewhere, so that it is not pushed. */
export function isForeign(layer: ArchiveBlob | ForeignLayer): layer is ForeignLayer {
  return 'urls' in layer;
}

/** Identifies a blob: its digest, or else its diffId. */
export function blobKey(blob: ArchiveBlob): Digest {
  const key = blob.digest ?? blob.diffId;
  if (key === null) throw new TypeError(`${blob.path} has no digest`);
  return key;
}

/** Removes duplicates. */
export function distinctBlobs(blobs: readonly ArchiveBlob[]): ArchiveBlob[] {
  return [...new Map(blobs.map((blob) => [blobKey(blob), blob])).values()];
}

/** Total bytes of blobs. */
export function totalSize(blobs: readonly ArchiveBlob[]): number {
  return blobs.reduce((total, { size }) => total + size, 0);
}
