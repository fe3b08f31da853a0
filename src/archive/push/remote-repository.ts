import type { Digest } from '../../domain/digest.ts';
import { MANIFEST_TYPES } from '../../domain/media-types.ts';
import { ArchiveError, failureReason } from '../errors.ts';
import type { StoredManifest } from '../images.ts';
import { MAX_DOCUMENT_BYTES } from '../read/entries.ts';
import { Patience, type RetryPolicy } from './retry.ts';
import type { Send, SendRequest } from './send.ts';

const JSON_BYTES = 64 * 1024;

/** A repository of a registry, asked through somebody who is signed in. */
export class RemoteRepository {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly #send: Send;
  readonly #retry: RetryPolicy;

  constructor(name: string, send: Send, retry: RetryPolicy, signal: AbortSignal) {
    this.name = name;
    this.signal = signal;
    this.#send = send;
    this.#retry = retry;
  }

  /** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#checking-if-content-exists-in-the-registry */
  async hasBlob(digest: Digest): Promise<boolean> {
    const answer = await this.ask({ method: 'HEAD', path: this.#path(`blobs/${digest}`) });
    if (answer.status === 200) return true;
    if (answer.status === 404) return false;
    throw await this.refusal(answer);
  }

  /**
   * Begins an upload and returns its address; null when the registry had the blob elsewhere
   * and has linked it.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository
   */
  async beginUpload(digest: Digest | null): Promise<string | null> {
    const query = digest ? `?${new URLSearchParams({ mount: digest })}` : '';
    const path = this.#path(`blobs/uploads/${query}`);
    const answer = await this.ask({ method: 'POST', path });
    if (answer.status === 201 && digest) return null;
    const location = answer.headers.get('location');
    if (answer.status === 202 && location) return location;
    throw await this.refusal(answer);
  }

  /**
   * Publishes a manifest under a tag or its digest.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
   */
  async putManifest(
    reference: string,
    { bytes, mediaType, digest }: StoredManifest,
  ): Promise<void> {
    const answer = await this.ask({
      method: 'PUT',
      path: this.#path(`manifests/${reference}`),
      headers: { 'content-type': mediaType },
      body: bytes as BodyInit,
    });
    if (answer.status !== 201) throw await this.refusal(answer);
    const found = answer.headers.get('docker-content-digest') ?? digest;
    if (found === digest) return;
    throw new ArchiveError('DIGEST_MISMATCH', { path: reference, expected: digest, found });
  }

  /** A manifest's or a blob's text; null when there is none, or one too large to be a document. */
  async getText(kind: 'manifests' | 'blobs', reference: string): Promise<string | null> {
    const accept = Object.keys(MANIFEST_TYPES).join(', ');
    const path = this.#path(`${kind}/${reference}`);
    const answer = await this.ask({ method: 'GET', path, headers: { accept } });
    const size = Number(answer.headers.get('content-length') ?? 0);
    if (answer.status === 200 && size <= MAX_DOCUMENT_BYTES) {
      return new TextDecoder().decode(await answer.arrayBuffer());
    }
    await drop(answer);
    return null;
  }

  /**
   * Makes a request, again and again where the connection or the registry fails in passing.
   * @throws ArchiveError CONNECTION_LOST, NOT_SIGNED_IN, NOT_ALLOWED
   */
  async ask(request: SendRequest, patience = this.patience()): Promise<Response> {
    for (;;) {
      const answer = await this.attempt(request);
      if (!isFailure(answer)) return answer;
      await patience.wait(answer.reason, answer.seconds);
    }
  }

  /** Makes a request once. */
  async attempt(request: SendRequest): Promise<Response | Failure> {
    let answer: Response;
    try {
      answer = await this.#send({ ...request, signal: this.signal });
    } catch (error) {
      this.signal.throwIfAborted();
      // What fetch throws when the connection fails; anything else is for the caller.
      if (!(error instanceof TypeError)) throw error;
      return { reason: failureReason(error), seconds: 0 };
    }
    if (answer.status === 401) throw new ArchiveError('NOT_SIGNED_IN');
    if (answer.status === 403) throw await this.refusal(answer);
    if (!isPassing(answer.status)) return answer;
    await drop(answer);
    const seconds = Number(answer.headers.get('retry-after')) || 0;
    return { reason: `the registry answered ${answer.status}`, seconds };
  }

  patience(): Patience {
    return new Patience(this.#retry, this.signal);
  }

  /** What an answer that nobody expected means. */
  async refusal(answer: Response): Promise<ArchiveError> {
    const { status } = answer;
    const reason = (await readEnvelope(answer)) ?? (answer.statusText || 'no reason was given');
    if (status === 403) return new ArchiveError('NOT_ALLOWED', { repository: this.name, reason });
    return new ArchiveError('REGISTRY_REFUSED', { status, reason });
  }

  #path(rest: string): string {
    return `/v2/${this.name}/${rest}`;
  }
}

/** A request that may do better when it is made again. */
export interface Failure {
  readonly reason: string;
  /** To wait, as the registry asks; 0 where it does not. */
  readonly seconds: number;
}

/** Whether a request failed in passing. */
export function isFailure(outcome: Response | Failure): outcome is Failure {
  return 'reason' in outcome;
}

/** Lets go of an answer's body. */
export async function drop(answer: Response): Promise<void> {
  await answer.body?.cancel().catch(() => {});
}

/**
 * The message of a registry's error; null where the answer is none of its own.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export async function readEnvelope(answer: Response): Promise<string | null> {
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  const text = await answer.text().catch(() => '');
  if (!isJson || text.length > JSON_BYTES) return null;
  try {
    const { errors } = JSON.parse(text) as { errors?: { message?: unknown }[] };
    const message = errors?.[0]?.message;
    return typeof message === 'string' ? message : null;
  } catch {
    return null;
  }
}

/** What a deploy, an overload or a proxy answers, and what 52x of the edge stand for. */
function isPassing(status: number): boolean {
  return [408, 429, 500, 502, 503, 504, 530].includes(status) || (status >= 520 && status <= 527);
}
