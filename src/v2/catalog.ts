import { readableProjects } from '../auth/principal.ts';
import { nextLink, parsePage } from '../domain/paging.ts';
import { listRepositories, type Visibility } from '../storage/images.ts';
import { singleQuery, type V2Context } from './http.ts';

/** The repositories the principal may see, as Docker's registry lists them. */
export async function serveCatalog(c: V2Context): Promise<Response> {
  const page = parsePage(singleQuery(c, 'n'), singleQuery(c, 'last'));
  const readable = readableProjects(c.get('principal'));
  const visibility: Visibility =
    readable === 'all' ? { kind: 'all' } : { kind: 'some', ...readable };
  const wanted = { ...page, limit: page.limit + 1 };
  const found = await listRepositories(c.get('db'), visibility, wanted);
  const repositories = found.slice(0, page.limit);
  const last = repositories.at(-1);
  if (found.length > page.limit && last !== undefined) {
    c.header('link', nextLink('/v2/_catalog', { n: String(page.limit), last }));
  }
  return c.json({ repositories });
}
