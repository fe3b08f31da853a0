/** The points of a push at which its server is killed. */
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/clients/wait.ts';
import { type Image, MANIFEST_TYPE, PART } from './image.ts';
import type { Repository } from './repository.ts';
import { readOffset } from './resume.ts';
import { Sending } from './wire.ts';

/** A push that has reached its point; its last request may not have ended. */
export interface Interrupted {
  /** The address of the layer's upload, where the client knows it. */
  readonly location: string | null;
  /** Bytes of the layer that the client has sent, and those that are known to be kept. */
  readonly sent: number;
  readonly kept: number;
}

/** Pushes as far as a point, and returns how far that was. */
export type Point = (repository: Repository, image: Image) => Promise<Interrupted>;

const nothing: Interrupted = { location: null, sent: 0, kept: 0 };

/** In a PATCH without a length, after so many bytes, once every full part among them is kept. */
const inPatch =
  (sent: number): Point =>
  async (repository, { layer }) => {
    const location = await repository.begin();
    const patch = new Sending(repository.server, 'PATCH', location);
    await patch.write(layer.bytes.subarray(0, sent));
    const kept = Math.floor(sent / PART) * PART;
    const hasParts = async () => ((await readOffset(repository.server, location)) ?? 0) >= kept;
    await waitFor(`${kept} bytes are kept`, hasParts);
    return { location, sent, kept };
  };

/** In the PUT that ends an upload, so many ms after it was sent. */
const inPut =
  (ms: number): Point =>
  async (repository, image) => {
    const interrupted = await afterPatch(repository, image);
    const path = `${interrupted.location}?digest=${image.layer.digest}`;
    new Sending(repository.server, 'PUT', path, { 'content-length': 0 }).end().catch(() => {});
    await delay(ms);
    return interrupted;
  };

/** In the PUT of the manifest, so many ms after `share` of its bytes were sent. */
const inManifest =
  (share: number, ms: number): Point =>
  async (repository, { layer, config, manifest }) => {
    await repository.pushBlob(layer);
    await repository.pushBlob(config);
    const { length } = manifest.bytes;
    const put = new Sending(repository.server, 'PUT', `${repository.path}/manifests/latest`, {
      'content-type': MANIFEST_TYPE,
      'content-length': length,
    });
    await put.write(manifest.bytes.subarray(0, Math.ceil(share * length)));
    await delay(ms);
    return nothing;
  };

const inPost: Point = async ({ server, path }) => {
  await new Sending(server, 'POST', `${path}/blobs/uploads/`, { 'content-length': 0 }).write();
  return nothing;
};

const afterPost: Point = async (repository) => ({ ...nothing, location: await repository.begin() });

const afterPatch: Point = async (repository, { layer }) => {
  const location = await repository.begin();
  await new Sending(repository.server, 'PATCH', location).end(layer.bytes);
  return { location, sent: layer.bytes.length, kept: layer.bytes.length };
};

const atEndOfPatch: Point = async (repository, { layer }) => {
  const location = await repository.begin();
  new Sending(repository.server, 'PATCH', location).end(layer.bytes).catch(() => {});
  const hasParts = async () => ((await readOffset(repository.server, location)) ?? 0) >= PART;
  await waitFor('a part is kept', hasParts);
  return { location, sent: layer.bytes.length, kept: PART };
};

const inSecondChunk: Point = async (repository, { layer }) => {
  const location = await repository.begin();
  const first = PART + 999_999;
  await new Sending(repository.server, 'PATCH', location, {
    'content-range': `0-${first - 1}`,
    'content-length': first,
  }).end(layer.bytes.subarray(0, first));
  const second = new Sending(repository.server, 'PATCH', location, {
    'content-range': `${first}-${layer.bytes.length - 1}`,
    'content-length': layer.bytes.length - first,
  });
  const sent = first + 3_000_001;
  await second.write(layer.bytes.subarray(first, sent));
  return { location, sent, kept: first };
};

/** Half of a PUT that brings the whole layer: `before` of it came by a PATCH. */
const inPutWithBody =
  (before: number): Point =>
  async (repository, { layer }) => {
    const location = await repository.begin();
    const head = layer.bytes.subarray(0, before);
    if (before > 0) await new Sending(repository.server, 'PATCH', location).end(head);
    const sent = Math.floor((before + layer.bytes.length) / 2);
    const path = `${location}?digest=${layer.digest}`;
    const length = { 'content-length': layer.bytes.length - before };
    const put = new Sending(repository.server, 'PUT', path, length);
    await put.write(layer.bytes.subarray(before, sent));
    return { location, sent, kept: before };
  };

export const LAYER_SIZE = 3 * PART + 1_234_567;

/** Points of a push, each of which a server is killed at. */
export const points = {
  'in the POST': inPost,
  'after the POST': afterPost,
  'in a PATCH, before its first byte': inPatch(0),
  'in a PATCH, after 100 kB': inPatch(100_000),
  'in a PATCH, a byte before a part': inPatch(PART - 1),
  'in a PATCH, after just a part': inPatch(PART),
  'in a PATCH, a byte after a part': inPatch(PART + 1),
  'in a PATCH, after 10 MB': inPatch(10_000_000),
  'in a PATCH, in its third part': inPatch(2 * PART + 1_000_000),
  'in a PATCH, after all bytes but its end': inPatch(LAYER_SIZE),
  'in a PATCH that was sent as a whole': atEndOfPatch,
  'in the second of two chunks': inSecondChunk,
  'between PATCH and PUT': afterPatch,
  'in a PUT, as it was sent': inPut(0),
  'in a PUT, 15 ms later': inPut(15),
  'in a PUT, 40 ms later': inPut(40),
  'in a PUT that brings the last bytes': inPutWithBody(PART + 5),
  'in a PUT that brings all bytes': inPutWithBody(0),
  'in the PUT of the manifest, after half of it': inManifest(0.5, 0),
  'in the PUT of the manifest, as it was sent': inManifest(1, 0),
  'in the PUT of the manifest, 10 ms later': inManifest(1, 10),
} satisfies Record<string, Point>;

export type PointName = keyof typeof points;
