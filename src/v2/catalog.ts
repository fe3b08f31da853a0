import { visibilityOf } from '../auth/principal.ts';
import { nextLink, parsePage } from '../domain/paging.ts';
import { listCatalog } from '../registry/catalog.ts';
import { singleQuery, type V2Context } from './http.ts';

/** The repositories the principal may see, as Docker's registry lists them. */
export async function serveCatalog(c: V2Context): Promise<Response> {
  const page = parsePage(singleQuery(c, 'n'), singleQuery(c, 'last'));
  const visibility = visibilityOf(c.var.principal);
  const { repositories, more } = await listCatalog(c.var.services, visibility, page);
  const last = repositories.at(-1);
  if (more && last !== undefined) {
    c.header('link', nextLink('/v2/_catalog', { n: String(page.limit), last }));
  }
  return c.json({ repositories });
}
