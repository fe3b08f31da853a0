/** Images of one layer, whose bytes no test has pushed before. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** Bytes of a part of the server's multipart uploads. */
export const PART = 6 * 1024 * 1024;

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

export interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

export interface Image {
  readonly layer: Blob;
  readonly config: Blob;
  readonly manifest: Blob;
}

export function freshBytes(size: number): Buffer {
  const cipher = createCipheriv('aes-256-ctr', randomBytes(32), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(size));
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function makeImage(layerSize: number): Image {
  const layer = makeBlob(freshBytes(layerSize));
  const config = makeBlob(Buffer.from(JSON.stringify({ layer: layer.digest })));
  const describe = (blob: Blob, mediaType: string) => ({
    mediaType: `application/vnd.oci.image.${mediaType}`,
    digest: blob.digest,
    size: blob.bytes.length,
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: describe(config, 'config.v1+json'),
    layers: [describe(layer, 'layer.v1.tar')],
  };
  return { layer, config, manifest: makeBlob(Buffer.from(JSON.stringify(manifest))) };
}

export function makeBlob(bytes: Buffer): Blob {
  return { bytes, digest: digestOf(bytes) };
}
