import type { ArchiveImage } from '../../../../src/archive/images.ts';
import { planPush } from '../../../../src/archive/push/plan.ts';
import { type PushOptions, type PushResult, pushImage } from '../../../../src/archive/push/push.ts';
import type { Send, SendRequest } from '../../../../src/archive/push/send.ts';
import { readArchive } from '../../../../src/archive/read/read-archive.ts';
import { blobSource } from '../../../../src/archive/source.ts';
import { ADMIN, send as sendToWorker } from '../../../support/worker/registry-client.ts';
import { testRuntime } from '../../support/runtime.ts';

/** A request that the registry received. */
interface Seen {
  readonly method: string;
  readonly path: string;
  /** Bytes of the body. */
  readonly size: number;
  readonly status: number;
}

/** A connection to the Worker that records its requests. */
export interface Connection {
  readonly send: Send;
  readonly seen: readonly Seen[];
  /** Sizes of the bodies sent for blobs, in order, in bytes. */
  uploaded(): number[];
}

/** Responds instead of the Worker, throws like a broken connection, or lets the request pass. */
export type Disturb = (request: Disturbed) => Promise<Response | undefined> | Response | undefined;

interface Disturbed {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
  /** Forwards the request, with its body or another one. */
  readonly pass: (body?: Uint8Array) => Promise<Response>;
}

export function connect(disturb: Disturb = () => undefined): Connection {
  const seen: Seen[] = [];
  const send: Send = async ({ method, path, headers = {}, body, signal }: SendRequest) => {
    signal?.throwIfAborted();
    const bytes = new Uint8Array(await new Response(body ?? null).arrayBuffer());
    const pass = async (part: Uint8Array = bytes) => {
      const sent = { headers: { ...headers, ...rangeOf(headers, part) } };
      const withBody = part.length > 0 ? { ...sent, body: part.slice() } : sent;
      const answer = await sendToWorker(ADMIN, method, path, withBody);
      seen.push({ method, path, size: part.length, status: answer.status });
      return answer;
    };
    return (await disturb({ method, path, body: bytes, pass })) ?? (await pass());
  };
  const uploaded = () =>
    seen.filter(({ path, size }) => path.includes('/blobs/') && size > 0).map(({ size }) => size);
  return { send, seen, uploaded };
}

/** The Content-Range of a chunk of which only a part is forwarded. */
function rangeOf(headers: Readonly<Record<string, string>>, part: Uint8Array) {
  const start = headers['content-range']?.split('-')[0];
  if (start === undefined) return {};
  return { 'content-range': `${start}-${Number(start) + part.length - 1}` };
}

/** Retries without delay. */
const retry = { attempts: 4, delay: 0 };

/** Pushes the first image of an archive as `REPOSITORY:v1`, or with other tags. */
export async function pushArchive(
  archive: Uint8Array,
  repository: string,
  connection: Connection,
  options: Partial<PushOptions> = {},
  tags: readonly string[] = ['v1'],
): Promise<PushResult> {
  const image = await firstImage(archive);
  const plan = planPush(image, { repository, tags });
  return await pushImage(plan, connection.send, { runtime: testRuntime, retry, ...options });
}

async function firstImage(archive: Uint8Array): Promise<ArchiveImage> {
  const source = blobSource(new Blob([archive.slice()]));
  const { images } = await readArchive(source, { runtime: testRuntime });
  return images[0] as ArchiveImage;
}
