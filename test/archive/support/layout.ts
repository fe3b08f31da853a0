import type { TarEntry } from '../../support/clients/tar.ts';
import { configOf, json, type Layer, sha256 } from './content.ts';
import { blobEntry } from './docker-save.ts';

const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** A manifest with everything below it. */
export interface Node {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly digest: string;
  /** The blobs that a layout needs for it, itself included. */
  readonly blobs: readonly Uint8Array[];
  readonly architecture?: string;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly [field: string]: unknown;
}

/** An image with compressed layers. */
export function imageNode(layers: readonly Layer[], architecture = 'amd64', fields = {}): Node {
  const config = configOf(layers, architecture);
  const manifest = json({
    schemaVersion: 2,
    mediaType: IMAGE,
    config: describeBytes('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map(({ gzip }) =>
      describeBytes('application/vnd.oci.image.layer.v1.tar+gzip', gzip),
    ),
    ...fields,
  });
  const blobs = [config, ...layers.map(({ gzip }) => gzip)];
  return { ...nodeOf(IMAGE, manifest, blobs), architecture };
}

/** An artifact without layers whose subject is an image, like a signature. */
export function referrerNode(subject: Node, artifactType = 'application/vnd.test.signature'): Node {
  const config = json({});
  const manifest = json({
    schemaVersion: 2,
    mediaType: IMAGE,
    artifactType,
    config: describeBytes('application/vnd.oci.empty.v1+json', config),
    layers: [],
    subject: describeNode(subject),
  });
  return nodeOf(IMAGE, manifest, [config]);
}

/** An index of images with their platforms. */
export function indexNode(children: readonly Node[]): Node {
  const manifests = children.map((child) =>
    describeNode(child, { platform: { os: 'linux', architecture: child.architecture } }),
  );
  const bytes = json({ schemaVersion: 2, mediaType: INDEX, manifests });
  return nodeOf(
    INDEX,
    bytes,
    children.flatMap(({ blobs }) => blobs),
  );
}

function nodeOf(mediaType: string, bytes: Buffer, below: readonly Uint8Array[]): Node {
  return { mediaType, bytes, digest: sha256(bytes), blobs: [...below, bytes] };
}

export function describeNode({ mediaType, bytes }: Node, fields = {}): Descriptor {
  return { ...describeBytes(mediaType, bytes), ...fields };
}

/** The descriptor of a named node in a layout's index. */
export function named(node: Node, name: string): Descriptor {
  return describeNode(node, { annotations: { 'org.opencontainers.image.ref.name': name } });
}

function describeBytes(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}

/** The files of an OCI layout that lists `listed` and contains `blobs`. */
export function layoutOf(listed: readonly Descriptor[], blobs: readonly Uint8Array[]): TarEntry[] {
  return [
    { name: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', bytes: json({ schemaVersion: 2, manifests: listed }) },
    ...new Map(blobs.map((bytes) => [sha256(bytes), blobEntry(bytes)])).values(),
  ];
}

/** A layout of one node. */
export function layoutOfOne(node: Node, name = 'v1'): TarEntry[] {
  return layoutOf([named(node, name)], node.blobs);
}
