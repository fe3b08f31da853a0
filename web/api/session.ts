import { queryOptions, useQuery } from '@tanstack/react-query';
import type { ListScope, TrashScope } from '../../src/domain/lists.ts';
import { api } from './client.ts';
import type { Input, ResponseBody } from './contract.ts';
import { ApiError } from './error.ts';
import { queryClient } from './query-client.ts';

/** The signed-in user. */
export type Me = ResponseBody<'get /session'>;

export type PasswordChange = Input<'put /account/password'>['body'];

/** The signed-in user; null: no one. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await api('get /session');
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      // An open screen stays when the session ends: the user signs in again over it.
      return queryClient.getQueryData<Me | null>(['session']) ?? null;
    }
  },
});

/** The signed-in user, for a screen that is shown only to signed-in users. */
export function useMe(): Me {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('this screen is for people who are signed in');
  return data;
}

/** @throws ApiError sign-in-failed, too-many-requests */
export async function signIn(username: string, password: string): Promise<Me> {
  const me = await api('post /session', { body: { username, password } });
  queryClient.setQueryData(sessionQuery.queryKey, me);
  return me;
}

/** Ends the session and clears the cache. */
export async function signOut(): Promise<void> {
  await api('delete /session');
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, null);
}

/** Sets a new password; the other sessions of the account end. */
export async function setPassword(change: PasswordChange): Promise<void> {
  await api('put /account/password', { body: change });
  await queryClient.invalidateQueries({ queryKey: ['account'] });
  // Even if no screen shows it: routes stay closed until the session says that it is set.
  await queryClient.refetchQueries({ queryKey: sessionQuery.queryKey, type: 'all' });
}

/** The role of a user in a project; admins have all rights. */
export function roleIn(me: Me, projectId: number): 'none' | 'viewer' | 'developer' | 'owner' {
  if (me.isAdmin) return 'owner';
  return me.roles.find((one) => one.projectId === projectId)?.role ?? 'none';
}

/** Whether a user may create, change and delete workspaces and images of a project. */
export function mayWorkIn(me: Me, projectId: number): boolean {
  return ['developer', 'owner'].includes(roleIn(me, projectId));
}

/** Whether a user may have a project to work in. */
export function mayWorkSomewhere(me: Me): boolean {
  return me.isAdmin || me.roles.some(({ role }) => role !== 'viewer');
}

/** Which scope a user sees first: all for an admin without a project. */
export function usualScope({ isAdmin, roles }: Me): ListScope {
  return isAdmin && roles.length === 0 ? 'all' : 'own';
}

/** The scope of what a user may change. */
export function managedScope({ isAdmin }: Me): TrashScope {
  return isAdmin ? 'all' : 'own';
}
