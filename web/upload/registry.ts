import type { Send } from '../../src/archive/push/send.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { api } from '../api/client.ts';
import type { Destination } from './protocol.ts';

/** Time before a token expires at which a new one is requested, in ms. */
const MARGIN = MINUTE_MS;

/**
 * Sends requests to /v2 as the signed-in user, with tokens for the one image; each is requested
 * when it is needed.
 */
export function openRegistry({ workspace, image }: Destination): Send {
  let token: { readonly token: string; readonly expiresAt: string } | null = null;
  const renew = async () => {
    const body = { workspace, image, actions: ['pull' as const, 'push' as const] };
    token = await api('post /registry-token', { body });
    return token.token;
  };
  const current = () => {
    const isGood = token && Date.parse(token.expiresAt) - Date.now() > MARGIN;
    return isGood && token ? token.token : renew();
  };
  return async ({ method, path, headers = {}, body = null, signal }) => {
    const request = (bearer: string) =>
      fetch(path, {
        method,
        headers: { ...headers, authorization: `Bearer ${bearer}` },
        body,
        signal: signal ?? null,
        credentials: 'omit',
      });
    const answer = await request(await current());
    return answer.status === 401 ? await request(await renew()) : answer;
  };
}
