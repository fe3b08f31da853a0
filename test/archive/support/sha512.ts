import { createHash } from 'node:crypto';
import { configOf, json, type Layer } from './content.ts';
import { archiveOf, entriesOf, paxEntry } from './raw-tar.ts';

const IMAGE = 'application/vnd.oci.image.manifest.v1+json';

/** An image all of whose digests are sha512, with its blobs. */
interface Sha512Node {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly blobs: readonly Buffer[];
}

export function sha512Node(layers: readonly Layer[]): Sha512Node {
  const config = configOf(layers);
  const packed = layers.map(({ gzip }) => gzip);
  const bytes = json({
    schemaVersion: 2,
    mediaType: IMAGE,
    config: describe('application/vnd.oci.image.config.v1+json', config),
    layers: packed.map((one) => describe('application/vnd.oci.image.layer.v1.tar+gzip', one)),
  });
  return { bytes, digest: `sha512:${hex(bytes)}`, blobs: [config, ...packed, bytes] };
}

/** The archive of a layout of one such image, without a name. */
export function sha512Archive({ bytes, blobs }: Sha512Node): Buffer {
  const manifests = [describe(IMAGE, bytes)];
  return archiveOf(
    entriesOf([
      { name: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }) },
      { name: 'index.json', bytes: json({ schemaVersion: 2, manifests }) },
    ]),
    // The paths are too long for a plain header.
    ...blobs.map((one) =>
      paxEntry({ path: `blobs/sha512/${hex(one)}` }, { name: 'blob', bytes: one }),
    ),
  );
}

function describe(mediaType: string, bytes: Buffer) {
  return { mediaType, digest: `sha512:${hex(bytes)}`, size: bytes.length };
}

function hex(bytes: Buffer): string {
  return createHash('sha512').update(bytes).digest('hex');
}
