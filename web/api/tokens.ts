import { api } from './client.ts';
import type { Input, Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

export type AccessToken = Item<'get /account/tokens'>;
export type NewToken = Input<'post /account/tokens'>['body'];
export type MadeToken = ResponseBody<'post /account/tokens'>;

const KEY = ['account', 'tokens'];

/** The access tokens of the signed-in user, the latest first. */
export const tokensQuery = pagedQuery(KEY, (cursor) =>
  api('get /account/tokens', { query: { cursor, limit: PAGE_SIZE } }),
);

/** Creates an access token; its secret is in this response only. */
export async function createToken(token: NewToken): Promise<MadeToken> {
  const made = await api('post /account/tokens', { body: token });
  await queryClient.invalidateQueries({ queryKey: KEY });
  return made;
}

/** Revokes an access token. */
export async function revokeToken(tokenId: number): Promise<void> {
  await api('delete /account/tokens/{tokenId}', { params: { tokenId } });
  await queryClient.invalidateQueries({ queryKey: KEY });
}
