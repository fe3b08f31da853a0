import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RemoteRepository } from '../../archive/push/remote-repository.ts';
import { DEFAULT_RETRY } from '../../archive/push/retry.ts';
import type { Send } from '../../archive/push/send.ts';
import { ChunkedUpload } from '../../archive/push/upload.ts';
import { parseDigest } from '../../domain/digest.ts';
import { parseContentRange } from '../../domain/ranges.ts';
import { cutBody } from './body.ts';
import { RelayError } from './errors.ts';

/** An upload in the registry that a client continues through the relay. */
interface RelayedUpload {
  readonly upload: ChunkedUpload;
  readonly repository: RemoteRepository;
}

/** Uploads that are kept. Clients abandon uploads silently; the registry cancels these in time. */
const MAX_UPLOADS = 1000;

/**
 * The uploads of the relay's clients, at locations of the relay and with bodies of any length. To
 * the registry they are sent in chunks, each repeated after a broken connection.
 */
export class RelayUploads {
  readonly #send: Send;
  readonly #chunkBytes: number;
  readonly #signal: AbortSignal;
  readonly #uploads = new Map<string, RelayedUpload>();

  /** @param signal aborts running requests to the registry */
  constructor(send: Send, chunkBytes: number, signal: AbortSignal) {
    this.#send = send;
    this.#chunkBytes = chunkBytes;
    this.#signal = signal;
  }

  /**
   * Begins an upload, mounts a blob, or receives a blob in one request.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
   */
  async begin(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    query: URLSearchParams,
  ): Promise<void> {
    const repository = new RemoteRepository(name, this.#send, DEFAULT_RETRY, this.#signal);
    const [mount, digest] = [query.get('mount'), query.get('digest')];
    const location = await repository.beginUpload(mount === null ? null : parseDigest(mount));
    if (location === null) return sendCreated(response, name, mount ?? '');
    const upload = new ChunkedUpload(repository, location);
    if (digest !== null) return await this.#complete(request, response, name, upload, digest);
    const id = randomUUID();
    this.#uploads.set(id, { upload, repository });
    const [oldest] = this.#uploads.keys();
    if (this.#uploads.size > MAX_UPLOADS && oldest) this.#uploads.delete(oldest);
    sendAccepted(response, name, id, 0, 202);
  }

  /** Appends to an upload, returns its offset, completes or cancels it. */
  async continue(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    id: string,
    query: URLSearchParams,
  ): Promise<void> {
    const { upload } = this.#find(id, name);
    if (request.method === 'PATCH') {
      await this.#append(request, upload);
      return sendAccepted(response, name, id, upload.offset, 202);
    }
    if (request.method === 'PUT') {
      await this.#complete(request, response, name, upload, query.get('digest') ?? '');
      this.#uploads.delete(id);
      return;
    }
    if (request.method === 'GET') return sendAccepted(response, name, id, upload.offset, 204);
    if (request.method !== 'DELETE') throw new RelayError(405, 'UNSUPPORTED', 'not supported');
    this.#uploads.delete(id);
    await upload.cancel();
    response.writeHead(204).end();
  }

  async #append(request: IncomingMessage, upload: ChunkedUpload): Promise<void> {
    checkOffset(request, upload);
    for await (const chunk of cutBody(request, upload.offset, this.#chunkBytes)) {
      await upload.send(chunk);
    }
  }

  async #complete(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    upload: ChunkedUpload,
    text: string,
  ): Promise<void> {
    const digest = parseDigest(text);
    checkOffset(request, upload);
    for await (const chunk of cutBody(request, upload.offset, this.#chunkBytes)) {
      // A blob that fits in one request is sent with the PUT.
      if (chunk.start === 0 && chunk.last) {
        await upload.complete(digest, chunk);
        return sendCreated(response, name, digest);
      }
      await upload.send(chunk);
    }
    await upload.complete(digest);
    sendCreated(response, name, digest);
  }

  #find(id: string, name: string): RelayedUpload {
    const found = this.#uploads.get(id);
    if (found?.repository.name === name) return found;
    throw new RelayError(404, 'BLOB_UPLOAD_UNKNOWN', 'the relay has no such upload: begin again');
  }
}

/** @throws RelayError if a chunk does not start at the upload's offset */
function checkOffset(request: IncomingMessage, { offset }: ChunkedUpload): void {
  const range = parseContentRange(request.headers['content-range']);
  if (range === null || range.start === offset) return;
  throw new RelayError(416, 'BLOB_UPLOAD_INVALID', `the upload has ${offset} bytes`);
}

function sendAccepted(
  response: ServerResponse,
  name: string,
  id: string,
  offset: number,
  status: 202 | 204,
): void {
  response.writeHead(status, {
    location: `/v2/${name}/blobs/uploads/${id}`,
    range: `0-${Math.max(offset - 1, 0)}`,
    'docker-upload-uuid': id,
    ...(status === 202 ? { 'content-length': 0 } : {}),
  });
  response.end();
}

function sendCreated(response: ServerResponse, name: string, digest: string): void {
  response.writeHead(201, {
    location: `/v2/${name}/blobs/${digest}`,
    'docker-content-digest': digest,
    'content-length': 0,
  });
  response.end();
}
