import { api } from './client.ts';
import type { Item } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';
import { sessionQuery } from './session.ts';

export type Member = Item<'get /projects/{projectId}/members'>;
export type Role = Member['role'];

/** The members of a project by name. */
export const membersQuery = (projectId: number) =>
  pagedQuery(['projects', projectId, 'members'], (cursor) =>
    api('get /projects/{projectId}/members', {
      params: { projectId },
      query: { cursor, limit: PAGE_SIZE },
    }),
  );

/** @throws ApiError field-invalid for a user that does not exist, name-taken for a member */
export async function addMember(projectId: number, user: string, role: Role): Promise<void> {
  await api('post /projects/{projectId}/members', { params: { projectId }, body: { user, role } });
  await refreshMembers(projectId);
}

/** @throws ApiError last-owner */
export async function setRole(projectId: number, userId: number, role: Role): Promise<void> {
  await api('put /projects/{projectId}/members/{userId}', {
    params: { projectId, userId },
    body: { role },
  });
  await refreshMembers(projectId);
}

/** @throws ApiError last-owner */
export async function removeMember(projectId: number, userId: number): Promise<void> {
  await api('delete /projects/{projectId}/members/{userId}', { params: { projectId, userId } });
  await refreshMembers(projectId);
}

/** A user who changes members may have changed their own role. */
async function refreshMembers(projectId: number): Promise<void> {
  const shown = [['projects', projectId, 'members'], ['users'], sessionQuery.queryKey];
  await Promise.all(shown.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}
