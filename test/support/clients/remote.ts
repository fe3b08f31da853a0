import type { Server } from '../server.ts';
import { digestOf } from './bytes.ts';
import { contentOf, type Image, type Index } from './images.ts';

const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** An HTTP request below `/v2/`, with the project's credential as Basic. */
export function ask(server: Server, path: string, init: RequestInit = {}): Promise<Response> {
  const { username, password } = server.credential;
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Basic ${btoa(`${username}:${password}`)}`);
  return fetch(`${server.origin}/v2/${path}`, { ...init, headers });
}

/** Digests that the image should have at the registry: manifest, config, layers. */
export function digestsOf(root: Image | Index): string[] {
  return contentOf(root).map(({ digest }) => digest);
}

/**
 * Digests of what the registry serves under the reference, in the order of `digestsOf`. Every
 * manifest and blob is downloaded and hashed here: no digest of the server is trusted.
 */
export async function remoteContents(server: Server, repository: string, reference: string) {
  const bytes = await download(server, `${repository}/manifests/${reference}`);
  const digests = [digestLike(reference, bytes)];
  const manifest = JSON.parse(bytes.toString('utf8'));
  for (const child of manifest.manifests ?? []) {
    digests.push(...(await remoteContents(server, repository, child.digest)));
  }
  for (const blob of manifest.config ? [manifest.config, ...manifest.layers] : []) {
    const content = await download(server, `${repository}/blobs/${blob.digest}`);
    digests.push(digestLike(blob.digest, content));
  }
  return digests;
}

/** Status of a HEAD for a tag or digest. */
export async function manifestStatus(server: Server, repository: string, reference: string) {
  const headers = { Accept: MANIFEST_TYPES };
  const path = `${repository}/manifests/${reference}`;
  return (await ask(server, path, { method: 'HEAD', headers })).status;
}

/** Status of a HEAD for a blob. */
export async function blobStatus(server: Server, repository: string, digest: string) {
  return (await ask(server, `${repository}/blobs/${digest}`, { method: 'HEAD' })).status;
}

async function download(server: Server, path: string): Promise<Buffer> {
  const answer = await ask(server, path, { headers: { Accept: MANIFEST_TYPES } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${bytes}`);
  return bytes;
}

function digestLike(expected: string, bytes: Uint8Array): string {
  return digestOf(bytes, expected.startsWith('sha512:') ? 'sha512' : 'sha256');
}
