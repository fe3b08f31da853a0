import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { manifestQuery } from '../../api/versions.ts';
import { ManifestDetails } from './details.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace/images/$image/manifests/$digest');

/** A manifest by its digest, with or without a tag: one platform of many, a signature, an SBOM. */
export function ManifestScreen() {
  const { digest, ...name } = route.useParams();
  const query = useQuery(manifestQuery(name, digest));
  return <ManifestDetails name={name} reference={digest} query={query} />;
}
