/** A client of the registry, with access to the Durable Object of each of its uploads. */
import { runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { createCipheriv, createHash } from 'node:crypto';
import { vi } from 'vitest';
import { readUpload } from '../../../src/uploads/upload-state.ts';
import { objectId } from '../../support/worker/uploads.ts';

// A test here moves tens of megabytes, and other work may share the machine.
vi.setConfig({ testTimeout: 60_000 });

/** What a test sends: a stream has no Content-Length. */
export type Body = Uint8Array<ArrayBuffer> | ReadableStream | null;

/** `size` random bytes. */
export function freshBytes(size: number): Uint8Array<ArrayBuffer> {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const cipher = createCipheriv('aes-256-ctr', key, new Uint8Array(16));
  return new Uint8Array(cipher.update(new Uint8Array(size)));
}

export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** A body without Content-Length, in chunks of one size; `onPull` is called for each. */
export function streamOf(
  bytes: Uint8Array,
  chunk = 65_521,
  onPull: () => void = () => {},
): ReadableStream {
  let sent = 0;
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      onPull();
      const next = bytes.slice(sent, sent + chunk);
      sent += next.length;
      if (next.length > 0) controller.enqueue(next);
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
}

/** One request to the registry, as the admin. */
function ask(method: string, path: string, body: Body = null, headers: HeadersInit = {}) {
  const all = new Headers(headers);
  all.set('authorization', `Basic ${btoa(`admin:${env.ADMIN_PASSWORD}`)}`);
  if (body instanceof Uint8Array) all.set('content-length', String(body.length));
  return exports.default.fetch(
    new Request(`https://registry.test${path}`, { method, body, headers: all }),
  );
}

/** An upload as its client sees it, with access to its Durable Object. */
export class Push {
  readonly repository: string;
  #location: string;

  constructor(repository: string, location: string) {
    this.repository = repository;
    this.#location = location;
  }

  get stub(): DurableObjectStub {
    return env.UPLOADS.get(env.UPLOADS.idFromString(objectId(this.#location)));
  }

  async patch(body: Body, start?: number): Promise<Response> {
    const length = body instanceof Uint8Array ? body.length : 0;
    const range = start === undefined ? {} : { 'content-range': `${start}-${start + length - 1}` };
    const answer = await ask('PATCH', this.#location, body, range);
    this.#location = answer.headers.get('location') ?? this.#location;
    return answer;
  }

  async put(digest: string, body: Body = null): Promise<Response> {
    return ask('PUT', `${this.#location}?digest=${digest}`, body);
  }

  async cancel(): Promise<Response> {
    return ask('DELETE', this.#location);
  }

  /** Bytes that the registry reports; null if it does not know the upload. */
  async offset(): Promise<number | null> {
    const answer = await ask('GET', this.#location);
    const range = /^0-(\d+)$/.exec(answer.headers.get('range') ?? '');
    if (answer.status !== 204 || !range) return null;
    return range[1] === '0' ? 0 : Number(range[1]) + 1;
  }

  /** The stored state of the upload; undefined before the first PATCH. */
  state() {
    return this.inside((storage) => readUpload(storage));
  }

  /** Reads or changes the storage of the upload's Durable Object. */
  inside<T>(look: (storage: DurableObjectStorage) => T | Promise<T>): Promise<T> {
    return runInDurableObject(this.stub, (_, state) => look(state.storage));
  }
}

export async function beginPush(repository = 'library/uploads', query = ''): Promise<Push> {
  const answer = await ask('POST', `/v2/${repository}/blobs/uploads/${query}`);
  const location = answer.headers.get('location');
  if (answer.status !== 202 || !location) throw new Error(`POST: ${answer.status}`);
  return new Push(repository, location);
}

/** The bytes of a blob, by a pull; null if it does not exist. */
export async function pull(digest: string, repository = 'library/uploads') {
  const answer = await ask('GET', `/v2/${repository}/blobs/${digest}`);
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw new Error(`GET ${digest}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The code in an error's envelope. */
export async function errorCode(answer: Response): Promise<string | undefined> {
  const body = (await answer.json()) as { errors?: { code: string }[] };
  return body.errors?.[0]?.code;
}
