import { type ReactNode, Suspense } from 'react';
import type { DialogState } from './dialog.tsx';
import type { DialogOf } from './use-dialog.ts';

interface LazyDialogProps<T> {
  readonly dialog: DialogOf<T>;
  /** Renders the dialog, a lazy part, for what it was opened with. */
  readonly children: (about: T, state: DialogState) => ReactNode;
}

/** A dialog in a file of its own, which is fetched when the dialog first opens. */
export function LazyDialog<T>({ dialog, children }: LazyDialogProps<T>) {
  if (dialog.about === undefined) return null;
  return <Suspense>{children(dialog.about, dialog.props)}</Suspense>;
}
