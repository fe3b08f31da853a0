import * as z from 'zod/mini';
import type { Challenge } from './challenge.ts';
import type { RegistryCredential } from './credentials.ts';
import { CommandError, EXIT } from './exit.ts';

/** A registry token. */
export interface RegistryToken {
  readonly token: string;
  /** When to renew it, in ms since the epoch. */
  readonly renewAt: number;
}

const tokenResponse = z.object({
  token: z.optional(z.string()),
  access_token: z.optional(z.string()),
  expires_in: z.optional(z.number()),
});

/** Lifetime of a token if the service does not name one, in seconds. */
const DEFAULT_SECONDS = 60;

/**
 * Fetches the token that a challenge asks for; an anonymous one if `credential` is null.
 * https://distribution.github.io/distribution/spec/auth/token/ and …/oauth/
 * @param isPlain whether the registry is contacted over http
 * @throws CommandError denied for a wrong credential; TypeError if the connection fails
 */
export async function fetchToken(
  challenge: Challenge,
  credential: RegistryCredential | null,
  isPlain: boolean,
): Promise<RegistryToken> {
  const realm = checkRealm(challenge.realm, isPlain);
  const response =
    credential?.kind === 'identity-token'
      ? await postRefresh(realm, challenge, credential.token)
      : await getToken(realm, challenge, credential);
  if (response.status === 401 || response.status === 403) {
    throw new CommandError(EXIT.denied, `${realm.host} rejected the user name and password`);
  }
  const parsed = tokenResponse.safeParse(await response.json().catch(() => null));
  const token = parsed.data?.token ?? parsed.data?.access_token;
  if (!response.ok || token === undefined) {
    throw new CommandError(
      EXIT.failed,
      `${realm.host} issued no token: it answered ${response.status}`,
    );
  }
  const seconds = parsed.data?.expires_in ?? DEFAULT_SECONDS;
  return { token, renewAt: Date.now() + seconds * 1000 * 0.8 };
}

/** A registry on https must not make the client send the password over http. */
function checkRealm(text: string, isPlain: boolean): URL {
  const realm = URL.canParse(text) ? new URL(text) : null;
  if (realm?.protocol === 'https:' || (realm?.protocol === 'http:' && isPlain)) return realm;
  throw new CommandError(
    EXIT.failed,
    `refused to send the password to "${text}", which the registry names`,
  );
}

async function getToken(
  realm: URL,
  { service, scope }: Challenge,
  credential: (RegistryCredential & { kind: 'password' }) | null,
): Promise<Response> {
  if (service !== null) realm.searchParams.set('service', service);
  for (const one of scope?.split(' ') ?? []) realm.searchParams.append('scope', one);
  const headers = credential ? { authorization: formatBasic(credential) } : undefined;
  return await fetch(realm, headers ? { headers } : {});
}

async function postRefresh(
  realm: URL,
  { service, scope }: Challenge,
  token: string,
): Promise<Response> {
  const form = {
    grant_type: 'refresh_token',
    refresh_token: token,
    service: service ?? '',
    scope: scope ?? '',
    client_id: 'orlop',
  };
  return await fetch(realm, { method: 'POST', body: new URLSearchParams(form) });
}

/** A Basic authorization header. */
export function formatBasic(credential: RegistryCredential & { kind: 'password' }): string {
  const pair = `${credential.username}:${credential.password}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
