import type { PageRequest } from '../domain/paging.ts';
import type { Services } from '../services.ts';
import { type Lookup, mapLookup, runLookups } from '../storage/lookups.ts';
import { type Viewer, visibleImagesLookup } from '../storage/workspaces/catalog.ts';

/** One page of repositories by full name; `more`: others follow. */
export interface CatalogPage {
  readonly repositories: readonly string[];
  readonly more: boolean;
}

/** Looks up a page of the repositories that a viewer may see. */
export function catalogLookup(viewer: Viewer, page: PageRequest): Lookup<CatalogPage> {
  const { limit } = page;
  return mapLookup(visibleImagesLookup(viewer, { ...page, limit: limit + 1 }), (found) => ({
    repositories: found.slice(0, limit),
    more: found.length > limit,
  }));
}

/** One page of the visible repositories. */
export async function listCatalog(
  { db }: Services,
  viewer: Viewer,
  page: PageRequest,
): Promise<CatalogPage> {
  const lookups = { catalog: catalogLookup(viewer, page) };
  return (await runLookups(db, lookups)).catalog;
}
