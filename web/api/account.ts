import { api } from './client.ts';
import type { Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

export type AccountSession = Item<'get /account/sessions'>;

/** The sessions of the signed-in user, the latest first. */
export const sessionsQuery = pagedQuery(['account', 'sessions'], (cursor) =>
  api('get /account/sessions', { query: { cursor, limit: PAGE_SIZE } }),
);

/** Gives the user's password again. */
export async function givePassword(password: string): Promise<void> {
  await api('post /account/password/confirmation', { body: { password } });
}

/** Ends another session of the user. */
export async function endSession(sessionId: number): Promise<void> {
  await api('delete /account/sessions/{sessionId}', { params: { sessionId } });
  await queryClient.invalidateQueries({ queryKey: ['account', 'sessions'] });
}

export type DockerLogin = Item<'get /account/docker-logins'>;

/** The docker logins of the signed-in user, the latest first. */
export const ownDockerLoginsQuery = pagedQuery(['account', 'docker-logins'], (cursor) =>
  api('get /account/docker-logins', { query: { cursor, limit: PAGE_SIZE } }),
);

type MadeLogin = ResponseBody<'post /account/docker-logins'>;

/** Creates a temporary login of the user; its secret is in this response only. */
export async function createTemporaryLogin(hours: number): Promise<MadeLogin> {
  const made = await api('post /account/docker-logins', { body: { hours } });
  await queryClient.invalidateQueries({ queryKey: ['account', 'docker-logins'] });
  return made;
}

/** Ends a docker login of the user. */
export async function endDockerLogin(loginId: number): Promise<void> {
  await api('delete /account/docker-logins/{loginId}', { params: { loginId } });
  await queryClient.invalidateQueries({ queryKey: ['account', 'docker-logins'] });
}

/** Ends every session of the user but this one. */
export async function endOtherSessions(): Promise<void> {
  await api('delete /account/sessions');
  await queryClient.invalidateQueries({ queryKey: ['account', 'sessions'] });
}
