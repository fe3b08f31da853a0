import type { Send, SendRequest } from '../archive/push/send.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import type { RegistryCredential } from './credentials.ts';
import { fetchToken, formatBasic, type RegistryToken } from './registry-tokens.ts';

/** How to connect to a registry. */
export interface ClientOptions {
  readonly host: string;
  /** Whether to use http for a host other than this machine. */
  readonly plainHttp: boolean;
  /** Null for anonymous requests. */
  readonly credential: RegistryCredential | null;
}

/** A token, and the challenge to renew it with. */
interface CachedToken extends RegistryToken {
  readonly challenge: Challenge;
}

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]+)?$/;

/** A registry's origin. This machine is contacted over http, as docker does. */
function registryOrigin({ host, plainHttp }: Pick<ClientOptions, 'host' | 'plainHttp'>): string {
  return `${plainHttp || LOOPBACK.test(host) ? 'http' : 'https'}://${host}`;
}

/**
 * Makes requests to a registry, authenticated as its challenge asks: with Basic, or with a Bearer
 * token for each repository and kind of access, renewed before it expires. A stream as body cannot
 * be sent twice: then the 401 is returned.
 * @returns a Send without retries. It throws TypeError if the connection fails, and CommandError
 *   denied for a wrong credential
 */
export function createClient(options: ClientOptions): Send {
  const client = new Client(options);
  return (request) => client.send(request);
}

class Client {
  readonly #options: ClientOptions;
  readonly #origin: string;
  readonly #tokens = new Map<string, CachedToken>();
  #usesBasic = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#origin = registryOrigin(options);
  }

  async send(request: SendRequest): Promise<Response> {
    const url = new URL(request.path, this.#origin);
    // Another origin that a registry redirects to must not get the credential.
    if (url.origin !== this.#origin) return await send(url, request, null);
    const key = tokenKey(url, request.method);
    const response = await send(url, request, await this.#authorization(key));
    if (response.status !== 401) return response;
    const challenge = parseChallenge(response.headers.get('www-authenticate'));
    if (challenge === null || !(await this.#answerChallenge(challenge, key))) return response;
    if (request.body instanceof ReadableStream) return response;
    await response.body?.cancel();
    return await send(url, request, await this.#authorization(key));
  }

  async #authorization(key: string): Promise<string | null> {
    const { credential } = this.#options;
    if (this.#usesBasic && credential?.kind === 'password') return formatBasic(credential);
    const cached = this.#tokens.get(key);
    if (cached === undefined) return null;
    if (cached.renewAt <= Date.now()) await this.#answerChallenge(cached.challenge, key);
    return `Bearer ${this.#tokens.get(key)?.token}`;
  }

  /** False if there is no credential to answer with. */
  async #answerChallenge(challenge: Challenge, key: string): Promise<boolean> {
    const { credential } = this.#options;
    if (challenge.scheme === 'basic') {
      const first = !this.#usesBasic && credential?.kind === 'password';
      this.#usesBasic ||= first;
      return first;
    }
    const isPlain = this.#origin.startsWith('http:');
    const token = await fetchToken(challenge, credential, isPlain);
    this.#tokens.set(key, { ...token, challenge });
    return true;
  }
}

/** Requests with the same key share a token: the reads, or the writes, of a repository. */
function tokenKey({ pathname }: URL, method: string): string {
  const repository = /^\/v2\/(.+)\/(?:blobs|manifests|tags|referrers)\//.exec(pathname)?.[1];
  const reads = ['GET', 'HEAD'].includes(method) && !pathname.includes('/blobs/uploads/');
  return `${reads ? 'read' : 'write'} ${repository ?? ''}`;
}

async function send(
  url: URL,
  { method, headers, body, signal }: SendRequest,
  authorization: string | null,
): Promise<Response> {
  const init: RequestInit & { duplex: 'half' } = {
    method,
    headers: { ...headers, ...(authorization ? { authorization } : {}) },
    // Node requires it for a stream.
    duplex: 'half',
    ...(body === undefined ? {} : { body }),
    ...(signal ? { signal } : {}),
  };
  return await fetch(url, init);
}
