import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { versionQuery } from '../../api/versions.ts';
import { ManifestDetails } from './details.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace/images/$image/versions/$tag');

/** A version of an image: the manifest of its tag. */
export function VersionScreen() {
  const { tag, ...name } = route.useParams();
  const query = useQuery(versionQuery(name, tag));
  return <ManifestDetails name={name} reference={tag} query={query} />;
}
