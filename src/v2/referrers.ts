import { OCI_INDEX } from '../domain/media-types.ts';
import { nextLink } from '../domain/paging.ts';
import type { Referrer } from '../registry/referrers.ts';
import { repositoryPath, type V2Context } from './http.ts';

/**
 * The manifests that refer to a subject, as an image index; an empty one for a subject without
 * referrers or that does not exist.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */
export function serveReferrers(c: V2Context): Response {
  const { repo } = c.var;
  const { subject, artifactType, page } = c.var.referrers;
  const { referrers, more } = c.var.content.referrers;
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
