import type { ImageName } from '../../api/images.ts';
import type { Restoration } from '../../forms/images/restore-version.tsx';
import { lazyPart } from '../../lazy-part.ts';
import { LazyDialog } from '../../ui/dialog/lazy-dialog.tsx';
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
  /** Called when the server has responded for each. */
  readonly onDone: () => void;
}

/** Deletes versions of an image. */
export function DeleteVersionsDialog({ dialog, ...props }: DeleteVersionsDialogProps) {
  return (
    <LazyDialog dialog={dialog}>
      {(tags, state) => <DeleteVersions {...props} tags={tags} {...state} />}
    </LazyDialog>
  );
}

interface RestoreVersionDialogProps {
  readonly dialog: DialogOf<Restoration>;
  readonly name: ImageName;
}

/** Restores earlier content of a tag. */
export function RestoreVersionDialog({ dialog, name }: RestoreVersionDialogProps) {
  return (
    <LazyDialog dialog={dialog}>
      {(wanted, state) => <RestoreVersion name={name} wanted={wanted} {...state} />}
    </LazyDialog>
  );
}
