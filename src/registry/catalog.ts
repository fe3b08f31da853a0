import type { PageRequest } from '../domain/paging.ts';
import type { Services } from '../services.ts';
import { listRepositories, type Visibility } from '../storage/workspaces/images.ts';

/** One page of the visible repositories; `more`: others follow. */
export async function listCatalog(
  { db }: Services,
  visibility: Visibility,
  page: PageRequest,
): Promise<{ readonly repositories: string[]; readonly more: boolean }> {
  const found = await listRepositories(db, visibility, { ...page, limit: page.limit + 1 });
  return { repositories: found.slice(0, page.limit), more: found.length > page.limit };
}
