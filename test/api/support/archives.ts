import { unpackTar } from 'modern-tar';
import { expect } from 'vitest';
import type { Caller, Problem } from '../../support/worker/api-client.ts';
import { sha256 } from '../../support/worker/content.ts';
import type { PushedImage } from '../../support/worker/push.ts';
import { expectStatus, send } from '../../support/worker/registry-client.ts';

/** The path of a version's archive; `query` includes its question mark. */
export function archivePath(repository: string, reference: string, query = ''): string {
  const slash = repository.indexOf('/');
  const image = encodeURIComponent(repository.slice(slash + 1));
  const kind = reference.includes(':') ? 'manifests' : 'versions';
  const place = `/api/v1/workspaces/${repository.slice(0, slash)}/images/${image}`;
  return `${place}/${kind}/${reference}/archive${query}`;
}

/** Requests an archive, and returns the response unread. */
export async function ask(
  caller: Caller,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Response> {
  return await send(null, method, path, { headers: { ...caller, ...headers } });
}

/** The bytes of a response that must have the given status. */
export async function readBytes(response: Response, status = 200): Promise<Buffer> {
  return Buffer.from(await (await expectStatus(response, status)).arrayBuffer());
}

/** The files of an archive by name, in their order. */
export async function unpack(archive: Uint8Array): Promise<Map<string, Buffer>> {
  const entries = await unpackTar(archive, { strict: true });
  return new Map(entries.map(({ header, data }) => [header.name, Buffer.from(data ?? [])]));
}

/** A file of an archive as JSON. */
export function readJson<T>(files: ReadonlyMap<string, Buffer>, name: string): T {
  return JSON.parse(files.get(name)?.toString() ?? 'null') as T;
}

/** The position of content in an archive. */
export const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

/** What index.json of an archive lists. */
export interface Layout {
  readonly manifests: {
    readonly digest: string;
    readonly size: number;
    readonly annotations?: Record<string, string>;
  }[];
}

/** Asserts an error of a request that was read by ask. */
export async function expectRefusal(
  response: Response,
  status: number,
  code: string,
): Promise<Problem> {
  const problem = (await response.json()) as Problem;
  expect([response.status, problem.code], problem.title).toEqual([status, code]);
  return problem;
}

/** The files that an archive has of an image. */
export const digestsOf = ({ digest, config, layers }: PushedImage) =>
  [digest, config.digest, ...layers.map((layer) => layer.digest)].map(blobPath).sort();

/** The files of an archive that are named by a digest. */
export const contentNames = (files: ReadonlyMap<string, Buffer>) =>
  [...files.keys()].filter((name) => name.startsWith('blobs/')).sort();

/** Asserts that each of them has it. */
export function expectDigests(files: ReadonlyMap<string, Buffer>): void {
  for (const name of contentNames(files)) {
    expect(blobPath(sha256(files.get(name) ?? ''))).toBe(name);
  }
}
