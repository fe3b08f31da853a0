import type { Digest } from '../../domain/digest.ts';
import { parseDiffIds } from '../../domain/docker-archive.ts';
import { RegistryError } from '../../domain/errors.ts';
import { parseManifestParts } from '../../domain/manifest-parts.ts';
import { parseManifest } from '../../domain/manifests.ts';
import type { RemoteRepository } from './remote-repository.ts';

/** A blob that the registry has. */
export interface PushedBlob {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/**
 * Finds the blobs of a tagged image by the diffIds in its config. Compression differs between
 * runtimes, so the diffId is the only way to recognize a layer that another client pushed. Empty
 * if the tag is not an image.
 * @throws ArchiveError
 */
export async function findPushedLayers(
  repository: RemoteRepository,
  tag: string,
): Promise<Map<Digest, PushedBlob>> {
  const text = await repository.getText('manifests', tag);
  const parts = text === null ? null : readImage(text);
  if (!parts?.config) return new Map();
  const config = await repository.getText('blobs', parts.config.digest);
  const diffIds = config === null ? null : parseDiffIds(config);
  if (diffIds?.length !== parts.layers.length) return new Map();
  const pairs = parts.layers.flatMap(({ mediaType, digest, size }, i) => {
    const diffId = diffIds[i];
    const isCompressed = /[+.](?:gzip|zstd)$/.test(mediaType);
    return diffId && isCompressed ? [[diffId, { mediaType, digest, size }] as const] : [];
  });
  return new Map(pairs);
}

/** Null if the response is not a manifest. */
function readImage(text: string) {
  try {
    parseManifest(null, text);
    return parseManifestParts(text);
  } catch (error) {
    if (error instanceof RegistryError) return null;
    throw error;
  }
}
