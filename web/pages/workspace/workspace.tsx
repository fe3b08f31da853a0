import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { isMissing } from '../../api/error.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { workspaceQuery } from '../../api/workspaces.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Missing } from '../../ui/missing.tsx';
import { WorkspaceHeader } from './header.tsx';
import { WorkspaceTabs } from './tabs.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace');

/** A workspace: its images, members, collections, retention and settings. */
export function WorkspaceScreen() {
  const { workspace: name } = route.useParams();
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(workspaceQuery(name));
  if (isMissing(error)) return <Missing />;
  if (error && !data) {
    return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  }
  return (
    <>
      <WorkspaceHeader name={name} workspace={data} />
      {data && <WorkspaceTabs workspace={data} />}
    </>
  );
}
