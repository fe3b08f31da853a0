import type { Image, Index } from '../clients/images.ts';
import type { Login, Server } from '../server.ts';

/**
 * Pushes an image or an index under a tag straight through /v2, as a client would, for tests of
 * what users then see.
 * @param name `workspace/image`
 * @param as who pushes; by default the project's credential
 */
export async function pushImage(
  server: Server,
  name: string,
  tag: string,
  root: Image | Index,
  as: Login = server.credential,
): Promise<void> {
  const send = sender(server, as);
  const images = 'images' in root ? root.images : [root];
  for (const image of images) {
    for (const { digest, bytes } of image.blobs) {
      await send('POST', `${name}/blobs/uploads/?digest=${digest}`, bytes, undefined);
    }
    const { digest, bytes, mediaType } = image.manifest;
    const reference = image === root ? tag : digest;
    await send('PUT', `${name}/manifests/${reference}`, bytes, mediaType);
  }
  if (!('images' in root)) return;
  await send('PUT', `${name}/manifests/${tag}`, root.manifest.bytes, root.manifest.mediaType);
}

function sender({ origin }: Server, { username, password }: Login) {
  const authorization = `Basic ${btoa(`${username}:${password}`)}`;
  return async (
    method: string,
    path: string,
    bytes: Uint8Array,
    type = 'application/octet-stream',
  ) => {
    const headers = { authorization, 'content-type': type };
    const body = new Blob([new Uint8Array(bytes)]);
    const answer = await fetch(`${origin}/v2/${path}`, { method, headers, body });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
}
