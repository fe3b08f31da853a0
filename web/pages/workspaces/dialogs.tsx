import { Suspense } from 'react';
import type { Workspace } from '../../api/workspaces.ts';
import { lazyPart } from '../../lazy-part.ts';
import type { useDialog } from '../../ui/dialog/use-dialog.ts';

const AccessSetting = lazyPart(
  async () => (await import('../../forms/workspaces/access-setting.tsx')).AccessSetting,
);

const CollectGarbage = lazyPart(
  async () => (await import('../../forms/garbage/collect-garbage.tsx')).CollectGarbage,
);

const DeleteWorkspace = lazyPart(
  async () => (await import('../../forms/workspaces/delete-workspace.tsx')).DeleteWorkspace,
);

export type WorkspaceAction = 'access' | 'collect' | 'delete';

/** What somebody is about to do with which workspace. */
export interface Asked {
  readonly action: WorkspaceAction;
  readonly workspace: Workspace;
}

interface WorkspaceDialogsProps {
  readonly action: ReturnType<typeof useDialog<Asked>>;
  readonly onDeleted?: () => void;
}

/** The dialog of what was chosen for a workspace. */
export function WorkspaceDialogs({ action, onDeleted }: WorkspaceDialogsProps) {
  if (!action.about) return null;
  const { workspace } = action.about;
  const chosen = action.about.action;
  return (
    <Suspense>
      {chosen === 'access' && <AccessSetting workspace={workspace} {...action.props} />}
      {chosen === 'collect' && <CollectGarbage workspace={workspace.name} {...action.props} />}
      {chosen === 'delete' && (
        <DeleteWorkspace
          workspace={workspace}
          {...action.props}
          {...(onDeleted ? { onDeleted } : {})}
        />
      )}
    </Suspense>
  );
}
