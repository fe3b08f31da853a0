import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tarOf } from '../../support/clients/tar.ts';

/** A layer, uncompressed and compressed. */
export interface Layer {
  readonly tar: Buffer;
  readonly diffId: string;
  readonly gzip: Buffer;
  readonly digest: string;
}

/** A layer of one file: `size` incompressible bytes that depend only on the name. */
export function layerOf(name: string, size = 100): Layer {
  const tar = tarOf([{ name: `${name}.bin`, bytes: noise(size, name) }]);
  const gzip = gzipSync(tar);
  return { tar, diffId: sha256(tar), gzip, digest: sha256(gzip) };
}

/** An image config for layers, as engines write it. */
export function configOf(layers: readonly Layer[], architecture = 'amd64'): Buffer {
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  return json({ os: 'linux', architecture, config: { Cmd: ['/x'] }, rootfs });
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

function noise(size: number, seed: string): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}
