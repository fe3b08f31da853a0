import * as z from 'zod/mini';
import type { Challenge } from './challenge.ts';
import type { RegistryCredential } from './credentials.ts';
import { CommandError, EXIT } from './exit.ts';

/** A token for some scopes. */
export interface RegistryToken {
  readonly token: string;
  /** When it is better renewed, ms. */
  readonly renewAt: number;
}

const tokenResponse = z.object({
  token: z.optional(z.string()),
  access_token: z.optional(z.string()),
  expires_in: z.optional(z.number()),
});

/** What a token lives, in seconds, where the service does not say. */
const DEFAULT_SECONDS = 60;

/**
 * Fetches the token that a challenge asks for, in somebody's name or (null) in nobody's.
 * https://distribution.github.io/distribution/spec/auth/token/ and …/oauth/
 * @param isPlain whether the registry itself is spoken to in the clear
 * @throws CommandError denied when the credential is not right; TypeError as fetch does
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
    throw new CommandError(EXIT.denied, `${realm.host} does not take the user name and password`);
  }
  const parsed = tokenResponse.safeParse(await response.json().catch(() => null));
  const token = parsed.data?.token ?? parsed.data?.access_token;
  if (!response.ok || token === undefined) {
    throw new CommandError(EXIT.failed, `${realm.host} gave no token: ${response.status}`);
  }
  const seconds = parsed.data?.expires_in ?? DEFAULT_SECONDS;
  return { token, renewAt: Date.now() + seconds * 1000 * 0.8 };
}

/** A registry that is spoken to by https must not have the password sent in the clear. */
function checkRealm(text: string, isPlain: boolean): URL {
  const realm = URL.canParse(text) ? new URL(text) : null;
  if (realm?.protocol === 'https:' || (realm?.protocol === 'http:' && isPlain)) return realm;
  throw new CommandError(EXIT.failed, `the registry wants its password sent to "${text}"`);
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

/** A Basic header. */
export function formatBasic(credential: RegistryCredential & { kind: 'password' }): string {
  const pair = `${credential.username}:${credential.password}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
