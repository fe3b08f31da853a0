import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { versionQuery } from '../../api/versions.ts';
import { VersionScreen } from './screen.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace/images/$image/versions/$tag');

/** A version of an image: what its tag points at, and what that is made of. */
export function Version() {
  const { tag, ...name } = route.useParams();
  const query = useQuery(versionQuery(name, tag));
  return <VersionScreen name={name} reference={tag} query={query} />;
}
