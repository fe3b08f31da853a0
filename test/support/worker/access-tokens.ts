import { type Caller, call, expectAnswer } from './api-client.ts';
import { unique } from './content.ts';

/** An access token, as its creation returns it. */
export interface MadeToken {
  readonly id: number;
  readonly name: string;
  readonly secret: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

/** Creates an access token of a signed-in user. */
export async function makeToken(caller: Caller, fields: object = {}): Promise<MadeToken> {
  const body = { name: unique('token'), rights: ['read', 'write', 'delete'], ...fields };
  return expectAnswer(await call<MadeToken>(caller, 'POST', '/account/tokens', body), 201);
}
