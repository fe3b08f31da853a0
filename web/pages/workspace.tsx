import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { workspaceQuery } from '../api/workspaces.ts';
import { WorkspaceHeader } from './workspace/header.tsx';
import { WorkspaceTabs } from './workspace/tabs.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace');

/** A workspace: what it is, what is in it, and how it is kept. */
export function Workspace() {
  const { workspace: name } = route.useParams();
  const { data } = useQuery({
    ...workspaceQuery(name),
    // What has been read stays on the screen when it cannot be read again.
    throwOnError: (_, query) => query.state.data === undefined,
  });
  return (
    <>
      <WorkspaceHeader name={name} workspace={data} />
      {data && <WorkspaceTabs workspace={data} />}
    </>
  );
}
