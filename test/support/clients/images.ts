import { type Blob, blobOf, type Layer } from './layers.ts';

/** An image as a registry stores it: a manifest, its config and its layers. */
export interface Image {
  readonly manifest: Blob;
  /** The config first, then the layers. */
  readonly blobs: readonly Blob[];
  /** Platform, if the config names one. */
  readonly platform?: Platform;
}

/** An index and its images. */
export interface Index {
  readonly manifest: Blob;
  readonly images: readonly Image[];
}

export interface Platform {
  os: string;
  architecture: string;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const AMD64: Platform = { os: 'linux', architecture: 'amd64' };

/** An OCI image of the layers, with a config that engines accept. */
export function imageOf(layers: readonly Layer[], platform: Platform = AMD64): Image {
  const config = blobOf(CONFIG, configOf(layers, platform));
  return { ...artifactOf(config, layers), platform };
}

/** The JSON config that engines read: platform, and the layers before compression. */
export function configOf(layers: readonly Layer[], platform: Platform = AMD64): Buffer {
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  return Buffer.from(JSON.stringify({ ...platform, config: {}, rootfs }));
}

/** An OCI manifest over any config and any blobs. */
export function artifactOf(
  config: Blob,
  layers: readonly Blob[],
  algorithm: 'sha256' | 'sha512' = 'sha256',
): Image {
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  };
  return { manifest: jsonBlob(MANIFEST, manifest, algorithm), blobs: [config, ...layers] };
}

/** An OCI index of images, each under its platform. */
export function indexOf(images: readonly Image[]): Index {
  const manifests = images.map((image) => ({
    ...descriptorOf(image.manifest),
    platform: image.platform,
  }));
  const index = { schemaVersion: 2, mediaType: INDEX, manifests };
  return { manifest: jsonBlob(INDEX, index), images };
}

/** The manifest of an image or index, with every blob and manifest below it. */
export function contentOf(root: Image | Index): Blob[] {
  const below = 'images' in root ? root.images.flatMap(contentOf) : root.blobs;
  return [root.manifest, ...below];
}

/** A blob's descriptor in a manifest. */
export function descriptorOf({ mediaType, digest, size }: Blob) {
  return { mediaType, digest, size };
}

function jsonBlob(mediaType: string, value: unknown, algorithm?: 'sha256' | 'sha512'): Blob {
  return blobOf(mediaType, Buffer.from(JSON.stringify(value)), algorithm);
}
