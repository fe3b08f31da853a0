import type { Workspace } from '../../api/workspaces.ts';
import { lazyPart } from '../../lazy-part.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { LazyDialog } from '../../ui/dialog/lazy-dialog.tsx';
import type { DialogOf } from '../../ui/dialog/use-dialog.ts';

const AccessSetting = lazyPart(
  async () => (await import('../../forms/workspaces/access-setting.tsx')).AccessSetting,
);

const CollectGarbage = lazyPart(
  async () => (await import('../../forms/garbage/collect-garbage.tsx')).CollectGarbage,
);

const CreateWorkspace = lazyPart(
  async () => (await import('../../forms/workspaces/create-workspace.tsx')).CreateWorkspace,
);

const DeleteWorkspace = lazyPart(
  async () => (await import('../../forms/workspaces/delete-workspace.tsx')).DeleteWorkspace,
);

export type WorkspaceAction = 'access' | 'collect' | 'delete';

/** An action that was chosen for a workspace. */
export interface Asked {
  readonly action: WorkspaceAction;
  readonly workspace: Workspace;
}

interface WorkspaceDialogsProps {
  readonly action: DialogOf<Asked>;
  readonly onDeleted?: () => void;
}

/** The dialog of the action that was chosen for a workspace. */
export function WorkspaceDialogs({ action, ...props }: WorkspaceDialogsProps) {
  return (
    <LazyDialog dialog={action}>
      {(asked, state) => <ActionDialog {...asked} {...state} {...props} />}
    </LazyDialog>
  );
}

type ActionDialogProps = Asked & DialogState & Omit<WorkspaceDialogsProps, 'action'>;

function ActionDialog({ action, workspace, onDeleted, ...state }: ActionDialogProps) {
  if (action === 'access') return <AccessSetting workspace={workspace} {...state} />;
  if (action === 'collect') return <CollectGarbage workspace={workspace} {...state} />;
  return <DeleteWorkspace workspace={workspace} {...(onDeleted && { onDeleted })} {...state} />;
}

interface CreateWorkspaceDialogProps {
  readonly dialog: DialogOf<true>;
  readonly onCreated: (made: Workspace) => void;
}

/** Creates a workspace. */
export function CreateWorkspaceDialog({ dialog, onCreated }: CreateWorkspaceDialogProps) {
  return (
    <LazyDialog dialog={dialog}>
      {(_, state) => <CreateWorkspace {...state} onCreated={onCreated} />}
    </LazyDialog>
  );
}
