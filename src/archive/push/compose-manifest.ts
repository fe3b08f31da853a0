import type { ForeignLayer } from '../../domain/docker-archive.ts';
import { digestBytes } from '../digest-bytes.ts';
import type { StoredManifest } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import type { PushedBlob } from './pushed-layers.ts';

const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json';

/**
 * Composes the manifest that `docker push` writes for a config and layers, byte for byte.
 * https://distribution.github.io/distribution/spec/manifest-v2-2/
 */
export async function composeManifest(
  config: PushedBlob,
  layers: readonly (PushedBlob | ForeignLayer)[],
  runtime: ArchiveRuntime,
): Promise<StoredManifest> {
  const manifest = {
    schemaVersion: 2,
    mediaType: DOCKER_IMAGE,
    config: describe(config, config.mediaType),
    layers: layers.map((layer) =>
      'urls' in layer
        ? { ...describe(layer, layer.mediaType), urls: layer.urls }
        : describe(layer, layerMediaType(layer)),
    ),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(manifest, null, 3));
  const digest = await digestBytes(bytes, 'sha256', runtime);
  return { digest, mediaType: DOCKER_IMAGE, bytes };
}

function describe({ digest, size }: PushedBlob | ForeignLayer, mediaType: string) {
  return { mediaType, size, digest };
}

/** A layer that was pushed with an OCI media type gets docker's. */
function layerMediaType({ mediaType }: PushedBlob): string {
  const compression = mediaType.endsWith('zstd') ? 'zstd' : 'gzip';
  return `application/vnd.docker.image.rootfs.diff.tar.${compression}`;
}
