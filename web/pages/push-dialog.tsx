import type { PushStart } from '../forms/push/push-image.tsx';
import { lazyPart } from '../lazy-part.ts';
import { LazyDialog } from '../ui/dialog/lazy-dialog.tsx';
import type { DialogOf } from '../ui/dialog/use-dialog.ts';

const PushImageDialog = lazyPart(
  async () => (await import('../forms/push/push-image.tsx')).PushImageDialog,
);

export type { PushStart };

/** Shows how to push. */
export function PushDialog({ dialog }: { readonly dialog: DialogOf<PushStart> }) {
  return (
    <LazyDialog dialog={dialog}>
      {(start, state) => <PushImageDialog {...start} {...state} />}
    </LazyDialog>
  );
}
