import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { manifestQuery } from '../../api/versions.ts';
import { VersionScreen } from './screen.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace/images/$image/manifests/$digest');

/** A manifest by its digest, with or without a tag: one platform of many, a signature, an SBOM. */
export function Manifest() {
  const { digest, ...name } = route.useParams();
  const query = useQuery(manifestQuery(name, digest));
  return <VersionScreen name={name} reference={digest} query={query} />;
}
