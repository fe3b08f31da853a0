import type { Send, SendRequest } from '../archive/push/send.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import type { RegistryCredential } from './credentials.ts';
import { fetchToken, formatBasic, type RegistryToken } from './registry-tokens.ts';

/** How a registry is spoken to. */
export interface ClientOptions {
  readonly host: string;
  /** http, also where the host is not this machine. */
  readonly plainHttp: boolean;
  /** Null: nobody signs in. */
  readonly credential: RegistryCredential | null;
}

/** What was asked for some requests, and the token that was given. */
interface CachedToken extends RegistryToken {
  readonly challenge: Challenge;
}

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]+)?$/;

/** Where a registry is. This machine is spoken to in the clear, as docker does. */
function registryOrigin({ host, plainHttp }: Pick<ClientOptions, 'host' | 'plainHttp'>): string {
  return `${plainHttp || LOOPBACK.test(host) ? 'http' : 'https'}://${host}`;
}

/**
 * Makes requests to a registry, signed in as it asks for: by Bearer token, one for each
 * repository and kind of access, renewed in time; or by Basic. A body that is a stream cannot be
 * sent twice: then the 401 is the answer.
 * @returns a Send that throws TypeError where the connection fails, and CommandError denied for
 *   a credential that is not right. It does not try again
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
    // Other places that a registry names know nothing of who signed in, and shall not.
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

  /** False when there is nothing to show. */
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

/** Requests that the same token is good for: those to a repository that read, or that write. */
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
    // Node asks for it where the body is a stream.
    duplex: 'half',
    ...(body === undefined ? {} : { body }),
    ...(signal ? { signal } : {}),
  };
  return await fetch(url, init);
}
