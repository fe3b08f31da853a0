import { formatRepositoryName } from '../domain/names.ts';
import { MAX_TAGS_PAGE, nextLink, parsePage } from '../domain/paging.ts';
import { listTags } from '../registry/tags.ts';
import { repositoryPath, singleQuery, type V2Context } from './http.ts';

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
export async function serveTags(c: V2Context): Promise<Response> {
  const page = parsePage(singleQuery(c, 'n'), singleQuery(c, 'last'), MAX_TAGS_PAGE);
  const { tags, more } = await listTags(c.var.repo, page);
  const { name } = c.var.repo.repository;
  const last = tags.at(-1);
  if (more && last !== undefined) {
    c.header(
      'link',
      nextLink(`${repositoryPath(name)}/tags/list`, { n: String(page.limit), last }),
    );
  }
  return c.json({ name: formatRepositoryName(name), tags });
}
