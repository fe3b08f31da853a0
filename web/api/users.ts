import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Input, Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';
import { sessionQuery } from './session.ts';

export type User = Item<'get /users'>;
export type UserView = ResponseBody<'get /users/{userId}'>;
export type UserChange = Input<'patch /users/{userId}'>['body'];

const KEY = ['users'];

/** Users whose name begins with `q`, by name. */
export const usersQuery = (q: string) =>
  pagedQuery([...KEY, 'list', q], (cursor) =>
    api('get /users', { query: { q, cursor, limit: PAGE_SIZE } }),
  );

/** A user with their memberships. */
export const userQuery = (userId: number) =>
  queryOptions({
    queryKey: [...KEY, 'one', userId],
    queryFn: () => api('get /users/{userId}', { params: { userId } }),
  });

/** Creates a user with a generated password. @throws ApiError name-taken, of the field `name` */
export async function createUser(
  name: string,
  isAdmin: boolean,
): Promise<{ user: User; password: string }> {
  const { password, ...user } = await api('post /users', { body: { name, isAdmin } });
  await queryClient.invalidateQueries({ queryKey: KEY });
  return { user, password: password ?? '' };
}

/** @throws ApiError name-taken, of the field `name`; last-admin */
export async function changeUser(userId: number, change: UserChange): Promise<void> {
  await api('patch /users/{userId}', { params: { userId }, body: change });
  const shown = [KEY, ['projects'], sessionQuery.queryKey];
  await Promise.all(shown.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}

/** Returns the new password; sessions and access tokens of the user end. */
export async function resetPassword(userId: number): Promise<string> {
  const { password } = await api('post /users/{userId}/password-reset', { params: { userId } });
  await queryClient.invalidateQueries({ queryKey: KEY });
  return password;
}

/** @throws ApiError not-empty while the user is a member somewhere; last-admin */
export async function deleteUser(userId: number): Promise<void> {
  await api('delete /users/{userId}', { params: { userId } });
  await queryClient.invalidateQueries({ queryKey: [...KEY, 'list'] });
}
