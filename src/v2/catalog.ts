import { type Authentication, authenticateToken, type Proof } from '../auth/authenticate.ts';
import { viewerOf } from '../auth/load-principal.ts';
import { visibilityOf } from '../auth/principal.ts';
import { nextLink, type PageRequest, parsePage } from '../domain/paging.ts';
import { catalogLookup, listCatalog } from '../registry/catalog.ts';
import { singleQuery, type V2Context } from './http.ts';

/** As authenticateToken; reads the page that is asked for as well, where one query can do both. */
export async function authenticateForCatalog(
  c: V2Context,
  proof: Proof & { readonly kind: 'token' },
): Promise<Authentication> {
  const { services, config } = c.var;
  const viewer = viewerOf(proof.claims.sub);
  const page = parsePageOrNull(c);
  const lookups = viewer !== null && page !== null ? { catalog: catalogLookup(viewer, page) } : {};
  const { found, ...authentication } = await authenticateToken(services.db, config, proof, lookups);
  if (found.catalog) c.set('catalog', found.catalog);
  return authentication;
}

/** The repositories the principal may see, as Docker's registry lists them. */
export async function serveCatalog(c: V2Context): Promise<Response> {
  const page = readPage(c);
  const { services, principal } = c.var;
  const { repositories, more } =
    c.var.catalog ?? (await listCatalog(services, visibilityOf(principal), page));
  const last = repositories.at(-1);
  if (more && last !== undefined) {
    c.header('link', nextLink('/v2/_catalog', { n: String(page.limit), last }));
  }
  return c.json({ repositories });
}

/** @throws RegistryError PAGINATION_NUMBER_INVALID, PARAMETER_INVALID */
function readPage(c: V2Context): PageRequest {
  return parsePage(singleQuery(c, 'n'), singleQuery(c, 'last'));
}

/** Null where the page is malformed: the client hears that after it was let in. */
function parsePageOrNull(c: V2Context): PageRequest | null {
  try {
    return readPage(c);
  } catch {
    return null;
  }
}
