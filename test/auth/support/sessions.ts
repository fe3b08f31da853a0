import { type Caller, call, expectAnswer } from '../../support/worker/api-client.ts';
import { PASSWORD } from '../../support/worker/people.ts';
import { ORIGIN } from '../../support/worker/registry-client.ts';

/** Signs a user in as a browser at an address does. */
export async function signInFrom(
  username: string,
  address: string,
  password = PASSWORD,
): Promise<Caller> {
  const from = { 'cf-connecting-ip': address };
  const answer = await call({}, 'POST', '/session', { username, password }, from);
  expectAnswer(answer, 200);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  return { cookie, origin: ORIGIN };
}
