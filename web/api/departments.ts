import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Item } from './contract.ts';
import { PAGE_SIZE, pagedQuery, readAll } from './pages.ts';
import { queryClient } from './query-client.ts';

export type Department = Item<'get /departments'>;

const KEY = ['departments'];

/** Departments by name: those of the user's projects, or all for a cloud admin. */
export const departmentsQuery = pagedQuery([...KEY, 'list'], (cursor) =>
  api('get /departments', { query: { cursor, limit: PAGE_SIZE } }),
);

/** Every department, to choose one from. */
export const departmentChoicesQuery = queryOptions({
  queryKey: [...KEY, 'choices'],
  queryFn: () => readAll((cursor) => api('get /departments', { query: { cursor, limit: 100 } })),
});

/** @throws ApiError name-taken, of the field `name` */
export async function createDepartment(name: string): Promise<Department> {
  const made = await api('post /departments', { body: { name } });
  await refreshDepartments();
  return made;
}

/** @throws ApiError name-taken, of the field `name` */
export async function renameDepartment(departmentId: number, name: string): Promise<void> {
  await api('patch /departments/{departmentId}', { params: { departmentId }, body: { name } });
  await refreshDepartments();
}

/** @throws ApiError not-empty while it has projects */
export async function deleteDepartment(departmentId: number): Promise<void> {
  await api('delete /departments/{departmentId}', { params: { departmentId } });
  await refreshDepartments();
}

/** Reads again whatever shows a department. */
async function refreshDepartments(): Promise<void> {
  const shown = [KEY, ['projects'], ['workspaces']];
  await Promise.all(shown.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}
