import type { TarEntry } from '../../support/clients/tar.ts';
import { configOf, hexOf, json, type Layer, sha256 } from './content.ts';

/** An image to save. */
export interface Saved {
  readonly tags: readonly string[];
  readonly layers: readonly Layer[];
}

/**
 * The files of `docker save` from 1.10 to 24: for each layer a folder in the old image format,
 * manifest.json last.
 */
export function oldSave(...images: readonly Saved[]): TarEntry[] {
  const folders = new Map<string, TarEntry[]>();
  const configs: TarEntry[] = [];
  const manifest = images.map(({ tags, layers }) => {
    const config = configOf(layers);
    configs.push({ name: `${hexOf(sha256(config))}.json`, bytes: config });
    for (const layer of layers) folders.set(layer.diffId, layerFolder(layer));
    return {
      Config: `${hexOf(sha256(config))}.json`,
      RepoTags: tags.length > 0 ? tags : null,
      Layers: layers.map(({ diffId }) => `${hexOf(diffId)}/layer.tar`),
    };
  });
  const repositories = { name: 'repositories', bytes: json({}) };
  const list = { name: 'manifest.json', bytes: json(manifest) };
  return [...[...folders.values()].flat(), ...configs, list, repositories];
}

function layerFolder({ tar, diffId }: Layer): TarEntry[] {
  const folder = hexOf(diffId);
  return [
    { name: `${folder}/VERSION`, bytes: Buffer.from('1.0') },
    { name: `${folder}/json`, bytes: json({ id: folder }) },
    { name: `${folder}/layer.tar`, bytes: tar },
  ];
}

/**
 * The files of `docker save` since 25 without the containerd image store: an OCI layout with
 * uncompressed layers. Docker 25 omits them in the manifest, later versions list them.
 */
export function newSave(image: Saved, version: 25 | 28 = 28): TarEntry[] {
  const config = configOf(image.layers);
  const layers = image.layers.map(({ tar, diffId }) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: diffId,
    size: tar.length,
  }));
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: sha256(config),
      size: config.length,
      platform: { architecture: 'amd64', os: 'linux' },
    },
    layers: version === 25 ? [] : layers,
  });
  const descriptors = image.tags.map((tag) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: sha256(manifest),
    size: manifest.length,
    annotations: {
      'io.containerd.image.name': `docker.io/${tag}`,
      'org.opencontainers.image.ref.name': tag.split(':')[1],
    },
  }));
  const list = [
    {
      Config: blobName(config),
      RepoTags: image.tags,
      Layers: image.layers.map(({ tar }) => blobName(tar)),
      ...(version === 25
        ? {}
        : { LayerSources: Object.fromEntries(layers.map((l) => [l.digest, l])) }),
    },
  ];
  return [
    ...[config, manifest, ...image.layers.map(({ tar }) => tar)].map(blobEntry),
    { name: 'index.json', bytes: json({ schemaVersion: 2, manifests: descriptors }) },
    { name: 'manifest.json', bytes: json(list) },
    { name: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'repositories', bytes: json({}) },
  ];
}

export function blobEntry(bytes: Uint8Array): TarEntry {
  return { name: blobName(bytes), bytes };
}

export function blobName(bytes: Uint8Array): string {
  return `blobs/sha256/${hexOf(sha256(bytes))}`;
}
