import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { configOf, descriptorOf } from '../clients/images.ts';
import { blobOf } from '../clients/layers.ts';
import { tarHeader, tarOf, tarPadding } from '../clients/tar.ts';

const MIB = 1024 * 1024;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/**
 * Writes an OCI archive of one compressed layer that is too large for memory, and returns the
 * digest of its manifest.
 * @param folder for temporary files
 * @param size bytes of the layer's one file, which do not compress
 */
export async function writeLargeArchive(
  path: string,
  folder: string,
  size: number,
): Promise<string> {
  const file = `${folder}/layer.tar.gz`;
  const layer = await writeLayer(file, size);
  const { manifest, files } = describeImage(layer);
  await pipeline(async function* archive() {
    yield tarHeader(blobPath(layer.digest), layer.size);
    yield* createReadStream(file, { highWaterMark: 4 * MIB });
    yield tarPadding(layer.size);
    yield tarOf(files);
  }, createWriteStream(path));
  return manifest.digest;
}

/** Writes the packed layer, and returns its descriptor and its diff id. */
async function writeLayer(path: string, size: number) {
  const diffId = createHash('sha256');
  await pipeline(
    Readable.from(layerTar(size)),
    async function* hash(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        diffId.update(chunk);
        yield chunk;
      }
    },
    createGzip({ level: 0 }),
    createWriteStream(path),
  );
  return {
    mediaType: LAYER,
    digest: `sha256:${await hashFile(path)}`,
    size: (await stat(path)).size,
    diffId: `sha256:${diffId.digest('hex')}`,
  };
}

/** The manifest of an image of one layer, and the files of its archive besides the layer. */
function describeImage({ diffId, ...descriptor }: Awaited<ReturnType<typeof writeLayer>>) {
  const known = { ...descriptor, bytes: new Uint8Array(0), diffId };
  const config = blobOf('application/vnd.oci.image.config.v1+json', configOf([known]));
  const manifest = blobOf(
    MANIFEST,
    json({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: descriptorOf(config),
      layers: [descriptor],
    }),
  );
  const index = json({ schemaVersion: 2, manifests: [descriptorOf(manifest)] });
  const files = [
    { name: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', bytes: index },
    { name: blobPath(config.digest), bytes: config.bytes },
    { name: blobPath(manifest.digest), bytes: manifest.bytes },
  ];
  return { manifest, files };
}

function* layerTar(size: number): Generator<Buffer> {
  yield tarHeader('large.bin', size);
  const block = randomBytes(MIB);
  for (let written = 0; written < size; written += MIB) {
    block.writeBigUInt64LE(BigInt(written));
    yield Buffer.from(block.subarray(0, Math.min(MIB, size - written)));
  }
  yield tarPadding(size);
  yield Buffer.alloc(1024);
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 4 * MIB }), hash);
  return hash.digest('hex');
}

const blobPath = (digest: string) => `blobs/${digest.replace(':', '/')}`;
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
