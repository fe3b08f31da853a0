import { expectStatus, send, type Who } from './registry-client.ts';

/** What the token service answers. */
export interface TokenAnswer {
  readonly token: string;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in: number;
  readonly issued_at: string;
  readonly scope: string;
}

/** Asks for a token by GET. `parameters` without the question mark. */
export async function getToken(who: Who, parameters: string): Promise<TokenAnswer> {
  const response = await send(who, 'GET', `/v2/token?service=registry.test&${parameters}`);
  await expectStatus(response, 200);
  return (await response.json()) as TokenAnswer;
}

/** Posts a form to the token service. */
export async function postToken(form: Record<string, string>): Promise<Response> {
  return await send(null, 'POST', '/v2/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}
