import { type Digest, digestAlgorithm, digestHex } from '../../domain/digest.ts';
import { RegistryError } from '../../domain/errors.ts';
import { isImageConfig } from '../../domain/image-config.ts';
import { KIND_NAMES, kindOfContent, typeOfContent } from '../../domain/kinds.ts';
import { parseManifestParts } from '../../domain/manifest-parts.ts';
import { OCI_INDEX } from '../../domain/media-types.ts';
import { explainElsewhere } from './elsewhere.ts';
import type { ImageContents, RawManifest } from './image-contents.ts';
import { notLoadable } from './not-loadable.ts';
import { type ArchiveFile, layOutTar, type TarLayout } from './tar-layout.ts';

/**
 * `oci`: an OCI image layout of an image, or of an index with all platforms. `docker`: one image
 * in the format of `docker save` since Docker 25, which is an OCI image layout with a
 * manifest.json. `docker load` since 1.10 reads it, and so do skopeo, ctr and podman.
 */
export type ArchiveFormat = 'docker' | 'oci';

/** The name of an image in an archive. */
export interface ArchiveName {
  /** `host/workspace/image:tag`. */
  readonly address: string;
  readonly tag: string;
}

/**
 * Lays out an archive. Metadata comes first, so that a reader knows what follows.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 * https://github.com/moby/moby/blob/master/image/spec/v1.2.md
 * @param name null for an image that was requested by digest
 * @param sizes bytes of every blob that exists. Those with an address elsewhere may be missing, in `oci` only
 * @throws RegistryError BLOB_UNKNOWN; FIELD_INVALID on the field `format` for `docker` if docker
 *   cannot load the manifest
 */
export async function layOutImage(
  format: ArchiveFormat,
  contents: ImageContents,
  name: ArchiveName | null,
  sizes: ReadonlyMap<Digest, number>,
): Promise<TarLayout> {
  const [root] = contents.manifests;
  const manifests = contents.manifests.map((manifest) =>
    file(blobPath(manifest.digest), manifest.text),
  );
  return await layOutTar([
    file('oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' })),
    file('index.json', indexJson(root, name)),
    ...(format === 'docker' ? [file('manifest.json', manifestJson(root, name))] : []),
    ...manifests,
    ...blobFiles(format, contents, sizes),
  ]);
}

function blobFiles(
  format: ArchiveFormat,
  { blobs }: ImageContents,
  sizes: ReadonlyMap<Digest, number>,
): ArchiveFile[] {
  return blobs.flatMap((blob) => {
    const { digest, foreign } = blob;
    const size = sizes.get(digest);
    if (size !== undefined) return [{ name: blobPath(digest), content: { digest, size } }];
    if (foreign && format === 'oci') return [];
    if (foreign) throw notLoadable(`an image without all layers (${explainElsewhere(blob)})`);
    throw new RegistryError('BLOB_UNKNOWN', `blob ${digest} of the image is missing`, {
      detail: { digest },
    });
  });
}

/** skopeo and podman read `ref.name`, containerd reads `image.name`. */
function indexJson({ digest, mediaType, text }: RawManifest, name: ArchiveName | null): string {
  const annotations = name && {
    'io.containerd.image.name': name.address,
    'org.opencontainers.image.ref.name': name.tag,
  };
  const size = encode(text).length;
  const entry = { mediaType, digest, size, ...(annotations ? { annotations } : {}) };
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [entry] });
}

function manifestJson({ mediaType, text }: RawManifest, name: ArchiveName | null): string {
  const parts = parseManifestParts(text);
  const { config, layers } = parts;
  if (config === null || !isImageConfig(typeOfContent({ ...parts, artifactType: null }) ?? '')) {
    throw notLoadable(KIND_NAMES[kindOfContent(mediaType, parts)]);
  }
  const entry = {
    Config: blobPath(config.digest),
    RepoTags: name && [name.address],
    Layers: layers.map(({ digest }) => blobPath(digest)),
  };
  return JSON.stringify([entry]);
}

function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

function file(name: string, text: string): ArchiveFile {
  return { name, content: encode(text) };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}
