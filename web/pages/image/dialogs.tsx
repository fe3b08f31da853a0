import { Suspense } from 'react';
import type { ImageName } from '../../api/images.ts';
import type { Restoration } from '../../forms/images/restore-version.tsx';
import { lazyPart } from '../../lazy-part.ts';
import type { DialogOf } from '../../ui/dialog/use-dialog.ts';

const DeleteVersions = lazyPart(
  async () => (await import('../../forms/images/delete-versions.tsx')).DeleteVersions,
);

const RestoreVersion = lazyPart(
  async () => (await import('../../forms/images/restore-version.tsx')).RestoreVersion,
);

interface DeleteVersionsDialogProps {
  readonly dialog: DialogOf<readonly string[]>;
  readonly name: ImageName;
  /** Called when the server has answered for each. */
  readonly onDone: () => void;
}

/** Deletes the versions of an image that the dialog is about. */
export function DeleteVersionsDialog({ dialog, name, onDone }: DeleteVersionsDialogProps) {
  if (!dialog.about) return null;
  return (
    <Suspense>
      <DeleteVersions {...dialog.props} name={name} tags={dialog.about} onDone={onDone} />
    </Suspense>
  );
}

interface RestoreVersionDialogProps {
  readonly dialog: DialogOf<Restoration>;
  readonly name: ImageName;
}

/** Points a tag at the content that the dialog is about. */
export function RestoreVersionDialog({ dialog, name }: RestoreVersionDialogProps) {
  if (!dialog.about) return null;
  return (
    <Suspense>
      <RestoreVersion {...dialog.props} name={name} wanted={dialog.about} />
    </Suspense>
  );
}
