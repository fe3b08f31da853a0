import { Suspense } from 'react';
import type { ImageName } from '../../api/images.ts';
import { lazyPart } from '../../lazy-part.ts';
import type { useDialog } from '../../ui/dialog/use-dialog.ts';

const EditDescription = lazyPart(
  async () => (await import('../../forms/images/edit-description.tsx')).EditDescription,
);

const DeleteImages = lazyPart(
  async () => (await import('../../forms/images/delete-images.tsx')).DeleteImages,
);

const PushImageDialog = lazyPart(
  async () => (await import('../../forms/push/push-image.tsx')).PushImageDialog,
);

const Uploader = lazyPart(
  async () => (await import('../../forms/upload/upload-dialog.tsx')).UploadDialog,
);

type DialogOf<T> = ReturnType<typeof useDialog<T>>;

/** Edits the description of the image the dialog is about. */
export function DescriptionDialog({ dialog }: { readonly dialog: DialogOf<ImageName> }) {
  if (!dialog.about) return null;
  return (
    <Suspense>
      <EditDescription name={dialog.about} {...dialog.props} />
    </Suspense>
  );
}

interface DeleteDialogProps {
  readonly dialog: DialogOf<readonly ImageName[]>;
  /** Called when the server has answered for each. */
  readonly onDone: () => void;
}

/** Deletes the images the dialog is about. */
export function DeleteDialog({ dialog, onDone }: DeleteDialogProps) {
  if (!dialog.about) return null;
  return (
    <Suspense>
      <DeleteImages names={dialog.about} {...dialog.props} onDone={onDone} />
    </Suspense>
  );
}

/** Tells how to push: to the image that the dialog is about, where it is about one. */
export function PushDialog({ dialog }: { readonly dialog: DialogOf<Partial<ImageName>> }) {
  if (!dialog.about) return null;
  return (
    <Suspense>
      <PushImageDialog {...dialog.about} {...dialog.props} />
    </Suspense>
  );
}

/** Uploads archives from this computer, into the workspace that the dialog is about if any. */
export function UploadDialog({
  dialog,
}: {
  readonly dialog: DialogOf<Partial<Pick<ImageName, 'workspace'>>>;
}) {
  if (!dialog.about) return null;
  return (
    <Suspense>
      <Uploader {...dialog.about} {...dialog.props} />
    </Suspense>
  );
}
