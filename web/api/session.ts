import { queryOptions, useQuery } from '@tanstack/react-query';
import type { ListScope, TrashScope } from '../../src/domain/lists.ts';
import { api } from './client.ts';
import type { ResponseBody } from './contract.ts';
import { ApiError } from './error.ts';
import { queryClient } from './query-client.ts';

/** Who is signed in. */
export type Me = ResponseBody<'get /session'>;

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await api('get /session');
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      // A screen that somebody works in stays when the session ends: they sign in over it.
      return queryClient.getQueryData<Me | null>(['session']) ?? null;
    }
  },
});

/** The person signed in, on a screen that is shown to nobody else. */
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

/** Ends the session and forgets everything it had read. */
export async function signOut(): Promise<void> {
  await api('delete /session');
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, null);
}

/** Sets a new password; the other sessions of the account end. */
export async function setPassword(currentPassword: string, newPassword: string): Promise<void> {
  await api('put /account/password', { body: { currentPassword, newPassword } });
  // Also where no screen shows it yet: the way on is only free once it is known to be set.
  await queryClient.refetchQueries({ queryKey: sessionQuery.queryKey, type: 'all' });
}

/** What somebody may do in a project. */
export function roleIn(me: Me, projectId: number): 'none' | 'viewer' | 'developer' | 'owner' {
  if (me.isAdmin) return 'owner';
  return me.roles.find((one) => one.projectId === projectId)?.role ?? 'none';
}

/** Whether somebody may make, change and delete workspaces and images of a project. */
export function mayWorkIn(me: Me, projectId: number): boolean {
  return ['developer', 'owner'].includes(roleIn(me, projectId));
}

/** Whether there may be a project that somebody can work in. */
export function mayWorkSomewhere(me: Me): boolean {
  return me.isAdmin || me.roles.some(({ role }) => role !== 'viewer');
}

/** Whose things a user sees first: an admin without a project of their own looks after all. */
export function usualScope({ isAdmin, roles }: Me): ListScope {
  return isAdmin && roles.length === 0 ? 'all' : 'own';
}

/** Whose things a user may change. */
export function managedScope({ isAdmin }: Me): TrashScope {
  return isAdmin ? 'all' : 'own';
}
