import type { ImageName } from './images.ts';

/** The URL of a version or a manifest as an archive, for `docker load` or as an OCI layout. */
export function archiveUrl(
  { workspace, image }: ImageName,
  reference: string,
  format: 'docker' | 'oci',
): string {
  const kind = reference.includes(':') ? 'manifests' : 'versions';
  const place = `${encodeURIComponent(workspace)}/images/${encodeURIComponent(image)}`;
  return `/api/v1/workspaces/${place}/${kind}/${encodeURIComponent(reference)}/archive?format=${format}`;
}
