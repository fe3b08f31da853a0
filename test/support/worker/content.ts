import { createHash } from 'node:crypto';

export const TYPES = {
  image: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  dockerImage: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

export const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';

type Bytes = string | Uint8Array;

export const sha256 = (bytes: Bytes): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
export const sha512 = (bytes: Bytes): string =>
  `sha512:${createHash('sha512').update(bytes).digest('hex')}`;

/** A digest that nothing has. */
export const UNKNOWN_DIGEST = sha256('nothing has this digest');

export const EMPTY = new Uint8Array(0);

let serial = 0;

/** A word that no other test of the file uses. */
export const unique = (word: string): string => `${word}-${++serial}`;

/** Random bytes: no other call gives the same. */
export function freshBytes(length = 64): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536));
  return bytes;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly [field: string]: unknown;
}

export function describeBytes(bytes: Bytes, mediaType = LAYER_TYPE): Descriptor {
  return { mediaType, digest: sha256(bytes), size: Buffer.byteLength(bytes) };
}

/** The text of an image manifest. */
export function imageText(
  config: Descriptor,
  layers: readonly Descriptor[],
  fields: Record<string, unknown> = {},
): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: TYPES.image, config, layers, ...fields });
}

/** The text of an image index. */
export function indexText(
  manifests: readonly Descriptor[],
  fields: Record<string, unknown> = {},
): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: TYPES.index, manifests, ...fields });
}
