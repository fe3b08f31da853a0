import type { Digest } from '../domain/digest.ts';
import type { Compression } from './compression.ts';
import type { FileContent } from './file-content.ts';

/** An image of an archive, or an index of images: what can be pushed under one tag. */
export interface ArchiveImage {
  /** Tells it from the others: digest of its manifest, or of its config where it brings none. */
  readonly id: Digest;
  /** References it had where it was saved, as the archive spells them; often none. */
  readonly names: readonly string[];
  /** `os/architecture[/variant]` of the images in it. */
  readonly platforms: readonly string[];
  /** Platforms that its index lists but the archive does not hold. */
  readonly missingPlatforms: readonly string[];
  readonly isIndex: boolean;
  /** Each once, over all platforms, those of referrers too. */
  readonly layers: readonly ArchiveBlob[];
  readonly configs: readonly ArchiveBlob[];
  /** Signatures, SBOMs and the like that go with it. */
  readonly referrers: number;
  /** Bytes of layers and configs as they lie in the archive. */
  readonly size: number;
  readonly recipe: Recipe;
}

/** A config or a layer. */
export interface ArchiveBlob {
  /** Where it lies in the archive. */
  readonly path: string;
  readonly mediaType: string;
  /** Null for a layer that nothing names by its digest. */
  readonly digest: Digest | null;
  /** Digest of a layer's tar before compression; null where it is not needed to push. */
  readonly diffId: Digest | null;
  /** Bytes in the archive. */
  readonly size: number;
  /** Null for a plain tar, and for what is no layer. */
  readonly compression: Compression | null;
  readonly content: FileContent;
}

/** How an image's manifest comes about. */
type Recipe =
  /** As they are in the archive, in the order to push them; the root is the last. */
  | { readonly kind: 'stored'; readonly manifests: readonly StoredManifest[] }
  /** Written over what the layers become; from the lowest to the highest, one may be there twice. */
  | {
      readonly kind: 'composed';
      readonly config: ArchiveBlob;
      readonly layers: readonly ArchiveBlob[];
    };

/** A manifest, byte for byte. */
export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What a blob is known by: the digest of its bytes, or of what they unpack to. */
export function blobKey(blob: ArchiveBlob): Digest {
  const key = blob.digest ?? blob.diffId;
  if (key === null) throw new TypeError(`${blob.path} has no digest`);
  return key;
}

/** Each blob once. */
export function distinctBlobs(blobs: readonly ArchiveBlob[]): ArchiveBlob[] {
  return [...new Map(blobs.map((blob) => [blobKey(blob), blob])).values()];
}

/** Bytes of blobs together. */
export function totalSize(blobs: readonly ArchiveBlob[]): number {
  return blobs.reduce((total, { size }) => total + size, 0);
}
