/** Manifests as clients write them. */
export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

type Json = Record<string, unknown>;

/** A digest of one repeated hex digit. */
export const sha256 = (digit: string) => `sha256:${digit.repeat(64)}`;
export const sha512 = (digit: string) => `sha512:${digit.repeat(128)}`;

export function descriptor(mediaType: string, digest: string, size = 10, more: Json = {}): Json {
  return { mediaType, digest, size, ...more };
}

/** An OCI image of two layers, with fields replaced or added; undefined removes one. */
export function ociImage(fields: Json = {}): Json {
  return {
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: descriptor(OCI_CONFIG, sha256('c'), 3),
    layers: [descriptor(OCI_LAYER, sha256('1'), 100), descriptor(OCI_LAYER, sha256('2'), 200)],
    ...fields,
  };
}

/** An OCI index of two platforms. */
export function ociIndex(fields: Json = {}): Json {
  return {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [
      descriptor(OCI_IMAGE, sha256('a'), 10, { platform: { architecture: 'amd64', os: 'linux' } }),
      descriptor(OCI_IMAGE, sha256('b'), 20, { platform: { architecture: 'arm64', os: 'linux' } }),
    ],
    ...fields,
  };
}
