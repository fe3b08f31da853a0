import { OCI_INDEX } from '../domain/media-types.ts';
import { nextLink, parsePage } from '../domain/paging.ts';
import { listReferrers, type Referrer } from '../registry/referrers.ts';
import { repositoryPath, singleQuery, type V2Context } from './http.ts';

/**
 * The manifests that refer to a subject, as an image index; an empty one for a subject without
 * referrers or that does not exist.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */
export async function serveReferrers(c: V2Context): Promise<Response> {
  const { repo, digest: subject } = c.var;
  const page = parsePage(singleQuery(c, 'n'), singleQuery(c, 'last'));
  const artifactType = singleQuery(c, 'artifactType') || null;
  const { referrers, more } = await listReferrers(repo, subject, artifactType, page);
  const last = referrers.at(-1)?.digest;
  if (more && last) {
    const path = `${repositoryPath(repo.repository.name)}/referrers/${subject}`;
    const filter = artifactType ? { artifactType } : {};
    c.header('link', nextLink(path, { ...filter, n: String(page.limit), last }));
  }
  if (artifactType) c.header('oci-filters-applied', 'artifactType');
  c.header('content-type', OCI_INDEX);
  return c.body(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: referrers.map(toDescriptor),
    }),
  );
}

function toDescriptor({ digest, mediaType, artifactType, size, annotations }: Referrer) {
  const hasAnnotations = Object.keys(annotations).length > 0;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType ? { artifactType } : {}),
    ...(hasAnnotations ? { annotations } : {}),
  };
}
