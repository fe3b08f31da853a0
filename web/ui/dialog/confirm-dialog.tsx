import { Alert, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { DialogActions } from './actions.tsx';
import { Dialog, type DialogState } from './dialog.tsx';

interface ConfirmDialogProps extends DialogState {
  readonly title: string;
  /** What happens when it is confirmed. */
  readonly children: ReactNode;
  /** The button that does it: a verb. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly isBusy?: boolean;
  /** Why it did not work; null: it was not tried, or it did. */
  readonly error?: string | null;
  /** Whether something goes away. */
  readonly isDestructive?: boolean;
}

/** Asks before something is done that somebody might regret. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { opened, onClose, title, children, action, onConfirm, isBusy = false } = props;
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <Stack gap="sm">
        {props.error && (
          <Alert color="red" variant="outline" role="alert">
            {props.error}
          </Alert>
        )}
        <div>{children}</div>
      </Stack>
      <DialogActions
        label={action}
        onCancel={onClose}
        onConfirm={onConfirm}
        isBusy={isBusy}
        isDangerous={props.isDestructive ?? false}
      />
    </Dialog>
  );
}
