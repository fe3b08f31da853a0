import { type Digest, digestAlgorithm } from '../../domain/digest.ts';
import { isRetryableStatus } from '../../domain/http-status.ts';
import { MANIFEST_TYPES } from '../../domain/media-types.ts';
import { PURPOSE_HEADER } from '../../domain/pulls.ts';
import { ArchiveError, failureReason } from '../errors.ts';
import type { StoredManifest } from '../images.ts';
import { MAX_DOCUMENT_BYTES } from '../read/entries.ts';
import { RetryBudget, type RetryPolicy, readRetryAfter } from './retry.ts';
import type { Send, SendRequest } from './send.ts';

const JSON_BYTES = 64 * 1024;

/** A registry need not accept more. */
const TAGS_PER_REQUEST = 10;

/** The /v2 requests of a push to one repository. */
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
    const response = await this.requestWithRetry({
      method: 'HEAD',
      path: this.#path(`blobs/${digest}`),
    });
    if (response.status === 200) return true;
    if (response.status === 404) return false;
    throw await this.toError(response);
  }

  /**
   * Begins an upload and returns its location; null if the registry mounted the blob from
   * another repository.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository
   */
  async beginUpload(digest: Digest | null): Promise<string | null> {
    const query = digest ? `?${new URLSearchParams({ mount: digest })}` : '';
    const path = this.#path(`blobs/uploads/${query}`);
    const response = await this.requestWithRetry({ method: 'POST', path });
    if (response.status === 201 && digest) return null;
    const location = response.headers.get('location');
    if (response.status === 202 && location) return location;
    throw await this.toError(response);
  }

  /**
   * Pushes a manifest by tag or digest, with tags as parameters if by digest. Returns the tags that
   * the registry says it has set; by tag it says nothing.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
   */
  async putManifest(
    reference: string,
    { bytes, mediaType, digest }: StoredManifest,
  ): Promise<ReadonlySet<string>> {
    const response = await this.requestWithRetry({
      method: 'PUT',
      path: this.#path(`manifests/${reference}`),
      headers: { 'content-type': mediaType },
      body: bytes as BodyInit,
    });
    if (response.status !== 201) throw await this.toError(response);
    const found = response.headers.get('docker-content-digest') ?? digest;
    if (found !== digest) {
      throw new ArchiveError('DIGEST_MISMATCH', { path: reference, expected: digest, found });
    }
    return new Set((response.headers.get('oci-tag') ?? '').split(/,\s*/));
  }

  /**
   * Pushes a manifest under tags. By tag its digest is sha256 everywhere, so one with another digest
   * is pushed by that, with the tag as a parameter; several tags are set by one request as well.
   * @throws ArchiveError TAG_NOT_SET if the registry does not know the parameter and the digest is
   *   not sha256; nothing is tagged then
   */
  async putTaggedManifest(tags: readonly string[], manifest: StoredManifest): Promise<void> {
    const { digest } = manifest;
    const isSha256 = digestAlgorithm(digest) === 'sha256';
    const [first = ''] = tags;
    if (tags.length === 1 && isSha256) {
      await this.putManifest(first, manifest);
      return;
    }
    for (let from = 0; from < tags.length; from += TAGS_PER_REQUEST) {
      const wanted = tags.slice(from, from + TAGS_PER_REQUEST);
      const query = new URLSearchParams(wanted.map((tag) => ['tag', tag]));
      const set = await this.putManifest(`${digest}?${query}`, manifest);
      const left = wanted.filter((tag) => !set.has(tag));
      if (left[0] && !isSha256) throw new ArchiveError('TAG_NOT_SET', { tag: left[0], digest });
      for (const tag of left) await this.putManifest(tag, manifest);
    }
  }

  /** The text of a manifest or a blob; null if it does not exist or is too large to be JSON. */
  async getText(kind: 'manifests' | 'blobs', reference: string): Promise<string | null> {
    const accept = Object.keys(MANIFEST_TYPES).join(', ');
    const headers = { accept, [PURPOSE_HEADER]: 'push' };
    const path = this.#path(`${kind}/${reference}`);
    const response = await this.requestWithRetry({ method: 'GET', path, headers });
    const size = Number(response.headers.get('content-length') ?? 0);
    if (response.status === 200 && size <= MAX_DOCUMENT_BYTES) {
      return new TextDecoder().decode(await response.arrayBuffer());
    }
    await discardBody(response);
    return null;
  }

  /**
   * Makes a request, and repeats it after retryable failures.
   * @throws ArchiveError CONNECTION_LOST, NOT_SIGNED_IN, NOT_ALLOWED
   */
  async requestWithRetry(
    request: SendRequest,
    retryBudget = this.createRetryBudget(),
  ): Promise<Response> {
    for (;;) {
      const outcome = await this.request(request);
      if (!isRetryableFailure(outcome)) return outcome;
      await retryBudget.wait(outcome.reason, outcome.retryAfter);
    }
  }

  /** Makes a request once. */
  async request(request: SendRequest): Promise<Response | RetryableFailure> {
    let response: Response;
    try {
      response = await this.#send({ ...request, signal: this.signal });
    } catch (error) {
      this.signal.throwIfAborted();
      // fetch throws TypeError if the connection fails. Other errors are not retryable.
      if (!(error instanceof TypeError)) throw error;
      return { reason: failureReason(error), retryAfter: 0 };
    }
    if (response.status === 401) throw new ArchiveError('NOT_SIGNED_IN');
    if (response.status === 403) throw await this.toError(response);
    if (!isRetryableStatus(response.status)) return response;
    await discardBody(response);
    const reason = `the registry answered ${response.status}`;
    return { reason, retryAfter: readRetryAfter(response) };
  }

  createRetryBudget(): RetryBudget {
    return new RetryBudget(this.#retry, this.signal);
  }

  /** The error that an unexpected response means. */
  async toError(response: Response): Promise<ArchiveError> {
    const { status } = response;
    const reason = (await readErrorMessage(response)) ?? (response.statusText || 'no reason given');
    if (status === 403) return new ArchiveError('NOT_ALLOWED', { repository: this.name, reason });
    return new ArchiveError('REGISTRY_REFUSED', { status, reason });
  }

  #path(rest: string): string {
    return `/v2/${this.name}/${rest}`;
  }
}

/** A failed request that is worth a retry. */
export interface RetryableFailure {
  readonly reason: string;
  /** Seconds that the registry asks to wait; 0 if it names none. */
  readonly retryAfter: number;
}

/** Whether a request has to be made again. */
export function isRetryableFailure(
  outcome: Response | RetryableFailure,
): outcome is RetryableFailure {
  return 'reason' in outcome;
}

/** Discards a response's body, so that its connection is free. */
export async function discardBody(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}

/**
 * The message in a registry's error response; null if the response is from a proxy.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export async function readErrorMessage(response: Response): Promise<string | null> {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const text = await response.text().catch(() => '');
  if (!isJson || text.length > JSON_BYTES) return null;
  try {
    const { errors } = JSON.parse(text) as { errors?: { message?: unknown }[] };
    const message = errors?.[0]?.message;
    return typeof message === 'string' ? message : null;
  } catch {
    return null;
  }
}
