import {
  CONFIG_TYPE,
  type Descriptor,
  describeBytes,
  freshBytes,
  imageText,
  indexText,
  sha256,
  TYPES,
} from './content.ts';
import { query } from './database.ts';
import { ADMIN, expectStatus, send } from './registry-client.ts';

/** Pushes bytes in one POST; answers their digest. */
export async function pushBlob(
  repository: string,
  bytes: Uint8Array = freshBytes(),
  who: string = ADMIN,
): Promise<string> {
  const digest = sha256(bytes);
  const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
  await expectStatus(await send(who, 'POST', path, { body: bytes }), 201);
  return digest;
}

/** Begins an upload and answers its address. */
export async function beginUpload(
  repository: string,
  parameters = '',
  who: string = ADMIN,
): Promise<string> {
  const response = await send(who, 'POST', `/v2/${repository}/blobs/uploads/${parameters}`);
  await expectStatus(response, 202);
  return response.headers.get('location') ?? '';
}

/** An upload's address with its digest, for the last PUT. */
export const withDigest = (location: string, digest: string): string =>
  `${location}?digest=${digest}`;

/** Puts a manifest's text as it stands. */
export async function putManifest(
  repository: string,
  reference: string,
  text: string | Uint8Array,
  headers: Record<string, string> = {},
  who: string = ADMIN,
): Promise<Response> {
  return await send(who, 'PUT', `/v2/${repository}/manifests/${reference}`, {
    headers: { 'content-type': TYPES.image, ...headers },
    body: text,
  });
}

export interface PushedImage {
  readonly text: string;
  readonly digest: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** How an index lists it. */
  readonly descriptor: Descriptor;
}

export interface ImageOptions {
  readonly who?: string;
  readonly layers?: readonly Uint8Array[];
  readonly fields?: Record<string, unknown>;
}

/** Pushes an image of fresh content (by digest where the reference is null). */
export async function pushImage(
  repository: string,
  reference: string | null,
  { who = ADMIN, layers = [freshBytes()], fields = {} }: ImageOptions = {},
): Promise<PushedImage> {
  const configBytes = freshBytes(32);
  for (const bytes of [configBytes, ...layers]) await pushBlob(repository, bytes, who);
  const config = describeBytes(configBytes, CONFIG_TYPE);
  const listed = layers.map((bytes) => describeBytes(bytes));
  const text = imageText(config, listed, fields);
  const descriptor = describeBytes(text, TYPES.image);
  const { digest } = descriptor;
  await expectStatus(await putManifest(repository, reference ?? digest, text, {}, who), 201);
  return { text, digest, config, layers: listed, descriptor };
}

/** Pushes an index of manifests that are there; answers how another index lists it. */
export async function pushIndex(
  repository: string,
  reference: string | null,
  children: readonly Descriptor[],
  fields: Record<string, unknown> = {},
): Promise<Descriptor & { readonly text: string }> {
  const text = indexText(children, fields);
  const headers = { 'content-type': TYPES.index };
  await expectStatus(await putManifest(repository, reference ?? sha256(text), text, headers), 201);
  return { ...describeBytes(text, TYPES.index), text };
}

/** The digest a tag points at, or null. */
export async function tagDigest(repository: string, tag: string): Promise<string | null> {
  const response = await send(ADMIN, 'HEAD', `/v2/${repository}/manifests/${tag}`);
  return response.status === 200 ? response.headers.get('docker-content-digest') : null;
}

/** An image whose manifest is an object, tagged `large`. */
export async function pushLargeManifest(
  repository: string,
): Promise<{ text: string; digest: string; key: string }> {
  const image = await pushImage(repository, null);
  const text = imageText(image.config, image.layers, { filler: 'x'.repeat(600_000) });
  await expectStatus(await putManifest(repository, 'large', text), 201);
  const digest = sha256(text);
  const [row] = await query<{ key: string }>(
    'SELECT content_key AS key FROM manifests WHERE digest = ?',
    digest,
  );
  return { text, digest, key: row?.key ?? '' };
}
