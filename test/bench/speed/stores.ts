import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Registry } from './registries.ts';
import { authorize } from './tokens.ts';

const MB = 1_000_000;

/** A blob in a file of its own. */
export interface BlobFile {
  readonly path: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** How bytes are sent: with their length known, or as they come, which makes an object of parts. */
export type Lane = 'put' | 'parts';

/** What takes bytes and gives them back by plain HTTP, without a client's own work. */
export interface Store {
  readonly name: 'raw' | 'raw, verified' | Registry['name'];
  send(lane: Lane, blob: BlobFile): Promise<void>;
  /** Reads a blob to its end and keeps nothing of it. */
  read(blob: BlobFile): Promise<void>;
}

/** The raw Worker. */
export function rawStore(origin: string): Store {
  return {
    name: 'raw',
    async send(lane, blob) {
      await sendFile(`${origin}/${lane}/${blob.digest}`, 'PUT', blob, sizeOf(blob));
    },
    read: ({ digest }) => readAll(`${origin}/${digest}`, {}),
  };
}

/** The raw Worker, which has R2 verify what is sent whole: what a registry cannot do without. */
export function verifyingStore(origin: string): Store {
  return {
    ...rawStore(origin),
    name: 'raw, verified',
    async send(_, blob) {
      await sendFile(`${origin}/verified/${blob.digest}`, 'PUT', blob, sizeOf(blob));
    },
  };
}

/**
 * A repository of a registry: one POST and PUT of a known length as containerd sends, or a
 * PATCH in chunks as docker does.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
 */
export async function repositoryStore(registry: Registry, repository: string): Promise<Store> {
  const blobs = `${registry.origin}/v2/${repository}/blobs`;
  const authorization = await authorize(registry, `repository:${repository}:pull,push`);
  const headers: Record<string, string> = authorization ? { authorization } : {};
  const begin = async () => {
    const answer = await fetch(`${blobs}/uploads/`, { method: 'POST', headers });
    return locationOf(answer);
  };
  const finish = (location: URL, { digest }: BlobFile) => {
    location.searchParams.set('digest', digest);
    return location.href;
  };
  return {
    name: registry.name,
    async send(lane, blob) {
      const location = await begin();
      if (lane === 'put') {
        const all = { ...headers, ...sizeOf(blob) };
        await sendFile(finish(location, blob), 'PUT', blob, all);
        return;
      }
      const next = locationOf(await sendFile(location.href, 'PATCH', blob, headers));
      const { status } = await fetch(finish(next, blob), { method: 'PUT', headers });
      if (status !== 201) throw new Error(`${registry.name} did not take a blob: ${status}`);
    },
    read: ({ digest }) => readAll(`${blobs}/${digest}`, headers),
  };
}

const sizeOf = ({ size }: BlobFile) => ({ 'content-length': String(size) });

function locationOf(answer: Response): URL {
  const location = answer.headers.get('location');
  if (!location) throw new Error(`${answer.url} began no upload: ${answer.status}`);
  return new URL(location, answer.url);
}

async function sendFile(
  url: string,
  method: 'PUT' | 'PATCH',
  { path }: BlobFile,
  headers: Record<string, string>,
): Promise<Response> {
  const body = Readable.toWeb(createReadStream(path, { highWaterMark: MB })) as ReadableStream;
  const type = { 'content-type': 'application/octet-stream' };
  const init = { method, body, headers: { ...headers, ...type }, duplex: 'half' };
  const answer = await fetch(url, init as RequestInit);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function readAll(url: string, headers: Record<string, string>): Promise<void> {
  const { body, ok, status } = await fetch(url, { headers });
  if (!body || !ok) throw new Error(`${url}: ${status}`);
  await finished(Readable.fromWeb(body as never).resume());
}
