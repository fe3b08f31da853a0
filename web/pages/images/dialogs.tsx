import type { ImageName } from '../../api/images.ts';
import { lazyPart } from '../../lazy-part.ts';
import { LazyDialog } from '../../ui/dialog/lazy-dialog.tsx';
import type { DialogOf } from '../../ui/dialog/use-dialog.ts';

const EditDescription = lazyPart(
  async () => (await import('../../forms/images/edit-description.tsx')).EditDescription,
);

const DeleteImages = lazyPart(
  async () => (await import('../../forms/images/delete-images.tsx')).DeleteImages,
);

const Uploader = lazyPart(
  async () => (await import('../../forms/upload/upload-dialog.tsx')).UploadImageDialog,
);

/** Edits the description of an image. */
export function DescriptionDialog({ dialog }: { readonly dialog: DialogOf<ImageName> }) {
  return (
    <LazyDialog dialog={dialog}>
      {(name, state) => <EditDescription name={name} {...state} />}
    </LazyDialog>
  );
}

interface DeleteDialogProps {
  readonly dialog: DialogOf<readonly ImageName[]>;
  /** Called when the server has responded for each. */
  readonly onDone: () => void;
}

/** Deletes images. */
export function DeleteDialog({ dialog, onDone }: DeleteDialogProps) {
  return (
    <LazyDialog dialog={dialog}>
      {(names, state) => <DeleteImages names={names} {...state} onDone={onDone} />}
    </LazyDialog>
  );
}

/** Uploads archives from this computer. */
export function ImageUploadDialog({ dialog }: { readonly dialog: DialogOf<object> }) {
  return <LazyDialog dialog={dialog}>{(_, state) => <Uploader {...state} />}</LazyDialog>;
}
