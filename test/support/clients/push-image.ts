import type { Server } from '../server.ts';
import type { Image, Index } from './images.ts';
import type { Blob } from './layers.ts';
import { ask } from './remote.ts';

/** Pushes an image or an index by plain HTTP, under a tag unless it is null. */
export async function pushImage(
  server: Server,
  repository: string,
  root: Image | Index,
  tag: string | null = 'v1',
): Promise<void> {
  if ('images' in root) {
    for (const image of root.images) await pushImage(server, repository, image, null);
  } else {
    for (const blob of root.blobs) await pushBlob(server, repository, blob);
  }
  const { bytes, mediaType, digest } = root.manifest;
  await send(server, 'PUT', `${repository}/manifests/${tag ?? digest}`, bytes, mediaType);
}

async function pushBlob(server: Server, repository: string, blob: Blob): Promise<void> {
  const path = `${repository}/blobs/uploads/?digest=${blob.digest}`;
  await send(server, 'POST', path, blob.bytes, 'application/octet-stream');
}

async function send(server: Server, method: string, path: string, bytes: Uint8Array, type: string) {
  const init = { method, body: new Uint8Array(bytes), headers: { 'content-type': type } };
  const answer = await ask(server, path, init);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}
