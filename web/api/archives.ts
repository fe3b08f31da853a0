import type { ImageName } from './images.ts';

/** Where a browser downloads a version or a manifest as an archive: `docker load` or OCI layout. */
export function archiveUrl(
  { workspace, image }: ImageName,
  reference: string,
  format: 'docker' | 'oci',
): string {
  const kind = reference.includes(':') ? 'manifests' : 'versions';
  const place = `${encodeURIComponent(workspace)}/images/${encodeURIComponent(image)}`;
  return `/api/v1/workspaces/${place}/${kind}/${encodeURIComponent(reference)}/archive?format=${format}`;
}
