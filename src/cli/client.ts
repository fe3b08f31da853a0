import type { Send, SendRequest } from '../archive/push/send.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import type { Credential } from './credentials.ts';
import { fetchToken, formatBasic, type RegistryToken } from './registry-tokens.ts';

/** How a registry is spoken to. */
export interface ClientOptions {
  readonly host: string;
  /** http, also where the host is not this machine. */
  readonly plainHttp: boolean;
  /** Null: nobody signs in. */
  readonly credential: Credential | null;
}

/** What was asked for some requests, and the token that was given. */
interface Grant extends RegistryToken {
  readonly challenge: Challenge;
}

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]+)?$/;

/** Where a registry is. This machine is spoken to in the clear, as docker does. */
function originOf({ host, plainHttp }: Pick<ClientOptions, 'host' | 'plainHttp'>): string {
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
  readonly #grants = new Map<string, Grant>();
  #takesBasic = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#origin = originOf(options);
  }

  async send(request: SendRequest): Promise<Response> {
    const url = new URL(request.path, this.#origin);
    // Other places that a registry names know nothing of who signed in, and shall not.
    if (url.origin !== this.#origin) return await send(url, request, null);
    const place = placeOf(url, request.method);
    const answer = await send(url, request, await this.#authorization(place));
    if (answer.status !== 401) return answer;
    const challenge = parseChallenge(answer.headers.get('www-authenticate'));
    if (challenge === null || !(await this.#meet(challenge, place))) return answer;
    if (request.body instanceof ReadableStream) return answer;
    await answer.body?.cancel();
    return await send(url, request, await this.#authorization(place));
  }

  async #authorization(place: string): Promise<string | null> {
    const { credential } = this.#options;
    if (this.#takesBasic && credential?.kind === 'password') return formatBasic(credential);
    const grant = this.#grants.get(place);
    if (grant === undefined) return null;
    if (grant.renewAt <= Date.now()) await this.#meet(grant.challenge, place);
    return `Bearer ${this.#grants.get(place)?.token}`;
  }

  /** False when there is nothing to show. */
  async #meet(challenge: Challenge, place: string): Promise<boolean> {
    const { credential } = this.#options;
    if (challenge.scheme === 'basic') {
      const first = !this.#takesBasic && credential?.kind === 'password';
      this.#takesBasic ||= first;
      return first;
    }
    const isPlain = this.#origin.startsWith('http:');
    const token = await fetchToken(challenge, credential, isPlain);
    this.#grants.set(place, { ...token, challenge });
    return true;
  }
}

/** Requests that the same token is good for: those to a repository that read, or that write. */
function placeOf({ pathname }: URL, method: string): string {
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
