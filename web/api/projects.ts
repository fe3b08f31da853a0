import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery, readAll } from './pages.ts';
import { queryClient } from './query-client.ts';
import { type Me, mayWorkIn, sessionQuery } from './session.ts';

export type Project = Item<'get /projects'>;
export type Credential = ResponseBody<'get /projects/{projectId}/credential'>;

/** Projects by name: those of the user or, for a cloud admin, all; of one department if given. */
export const projectsQuery = (department: number | undefined) =>
  pagedQuery(['projects', 'list', department], (cursor) =>
    api('get /projects', { query: { department, cursor, limit: PAGE_SIZE } }),
  );

/** Every project, to choose one from. */
export const projectChoicesQuery = queryOptions({
  queryKey: ['projects', 'choices'],
  queryFn: () => readAll((cursor) => api('get /projects', { query: { cursor, limit: 100 } })),
});

/** The projects that a user may push to. */
export function pushable(me: Me, projects: readonly Project[]): Project[] {
  return projects.filter(({ id }) => mayWorkIn(me, id));
}

export const projectQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['projects', projectId],
    queryFn: () => api('get /projects/{projectId}', { params: { projectId } }),
  });

/** @throws ApiError name-taken */
export async function createProject(departmentId: number, name: string): Promise<Project> {
  const made = await api('post /projects', { body: { departmentId, name } });
  await queryClient.invalidateQueries({ queryKey: ['projects'] });
  return made;
}

/** Changes some of a project. @throws ApiError name-taken */
export async function changeProject(
  projectId: number,
  change: Partial<Pick<Project, 'name' | 'ownersOnly' | 'robotDeletes'>>,
): Promise<void> {
  await api('patch /projects/{projectId}', { params: { projectId }, body: change });
  await queryClient.invalidateQueries({ queryKey: ['projects'] });
}

/** @throws ApiError not-empty while it has workspaces */
export async function deleteProject(projectId: number): Promise<void> {
  await api('delete /projects/{projectId}', { params: { projectId } });
  queryClient.removeQueries({ queryKey: ['projects', projectId] });
  await queryClient.invalidateQueries({ queryKey: ['projects'] });
  await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

/** The push credential of a project. */
export const credentialQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['projects', projectId, 'credential'],
    queryFn: () => api('get /projects/{projectId}/credential', { params: { projectId } }),
  });

/** Replaces the push credential; the old one stops working within a minute. */
export async function rotateCredential(projectId: number): Promise<void> {
  const made = await api('post /projects/{projectId}/credential/rotation', {
    params: { projectId },
  });
  queryClient.setQueryData(credentialQuery(projectId).queryKey, made);
}
