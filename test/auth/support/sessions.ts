import { type Caller, call, expectAnswer } from '../../api/support/client.ts';
import { ORIGIN } from '../../v2/support/client.ts';
import { PASSWORD } from '../../v2/support/people.ts';

/** Signs somebody in as a browser at an address does. */
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
