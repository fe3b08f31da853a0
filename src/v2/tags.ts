import { RegistryError } from '../domain/errors.ts';
import { formatRepositoryName } from '../domain/names.ts';
import { nextLink, parsePage } from '../domain/paging.ts';
import { listTags } from '../storage/tags.ts';
import { repositoryPath, singleQuery, type V2Context } from './http.ts';

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
export async function serveTags(c: V2Context): Promise<Response> {
  const { db, repository } = c.get('registry');
  const page = parsePage(singleQuery(c, 'n'), singleQuery(c, 'last'));
  if (repository.imageId === null || !repository.published) throw new RegistryError('NAME_UNKNOWN');
  const found = await listTags(db, repository.imageId, { ...page, limit: page.limit + 1 });
  const tags = found.slice(0, page.limit);
  const last = tags.at(-1);
  if (found.length > page.limit && last !== undefined) {
    const path = `${repositoryPath(repository.name)}/tags/list`;
    c.header('link', nextLink(path, { n: String(page.limit), last }));
  }
  return c.json({ name: formatRepositoryName(repository.name), tags });
}
