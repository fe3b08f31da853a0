import { formatRepositoryName } from '../domain/names.ts';
import { nextLink } from '../domain/paging.ts';
import { pageOfTags } from '../registry/tags.ts';
import { repositoryPath, type V2Context } from './http.ts';

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
export function serveTags(c: V2Context): Response {
  const { page } = c.var;
  const { tags, more } = pageOfTags(c.var.repo, c.var.content.tags, page);
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
