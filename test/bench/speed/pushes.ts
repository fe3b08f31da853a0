import { type Image, imageOf } from '../../support/clients/images.ts';
import type { Blob } from '../../support/clients/layers.ts';
import { layerOfSize } from '../../support/clients/layers.ts';
import type { Registry } from './registries.ts';
import { authorize } from './tokens.ts';

/** How many blobs of one image are sent at once. */
const BLOBS_AT_ONCE = 5;

/** New images that are pushed at once, each to a repository of its own. */
export interface PushCase {
  readonly name: string;
  readonly images: number;
  readonly layers: number;
  /** Bytes of each layer. */
  readonly size: number;
}

export const PUSHES: readonly PushCase[] = [
  { name: 'push 50 images at once', images: 50, layers: 2, size: 20_000 },
  { name: 'push an image of 40 layers', images: 1, layers: 40, size: 20_000 },
];

/** Pushes images that the registry does not have, as containerd does; answers images a second. */
export async function pushImages(
  registry: Registry,
  { name, images, layers, size }: PushCase,
  round: number,
): Promise<number> {
  const layerNames = Array.from({ length: layers }, (_, n) => `${name}-${round}-${n}`);
  const all = Array.from({ length: images }, (_, n) =>
    imageOf(layerNames.map((layer) => layerOfSize('tar', size, `${layer}-${n}`))),
  );
  const begun = performance.now();
  await Promise.all(
    all.map((image, n) => pushImage(registry, `library/push-${round}-${layers}-${n}`, image)),
  );
  return images / ((performance.now() - begun) / 1000);
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests */
async function pushImage(registry: Registry, repository: string, image: Image): Promise<void> {
  const authorization = await authorize(registry, `repository:${repository}:pull,push`);
  const headers = authorization ? { authorization } : {};
  const base = `${registry.origin}/v2/${repository}`;
  const left = [...image.blobs];
  const sendNext = async () => {
    for (let blob = left.shift(); blob; blob = left.shift()) await pushBlob(base, blob, headers);
  };
  await Promise.all(Array.from({ length: BLOBS_AT_ONCE }, sendNext));
  const { bytes, mediaType } = image.manifest;
  await ask(
    `${base}/manifests/bench`,
    201,
    'PUT',
    { ...headers, 'content-type': mediaType },
    bytes,
  );
}

async function pushBlob(base: string, blob: Blob, headers: Record<string, string>): Promise<void> {
  await ask(`${base}/blobs/${blob.digest}`, 404, 'HEAD', headers);
  const begun = await ask(`${base}/blobs/uploads/`, 202, 'POST', headers);
  const location = new URL(begun.headers.get('location') ?? '', begun.url);
  location.searchParams.set('digest', blob.digest);
  const type = { 'content-type': 'application/octet-stream' };
  await ask(location.href, 201, 'PUT', { ...headers, ...type }, blob.bytes);
}

async function ask(
  url: string,
  expected: number,
  method: string,
  headers: Record<string, string>,
  body: Uint8Array | null = null,
): Promise<Response> {
  const answer = await fetch(url, { method, headers, body: body as Uint8Array<ArrayBuffer> });
  const text = await answer.text();
  if (answer.status === expected) return answer;
  throw new Error(`${method} ${url}: ${answer.status} ${text}`);
}
