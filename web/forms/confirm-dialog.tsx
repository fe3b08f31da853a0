import { Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { DialogActions } from '../ui/dialog/actions.tsx';
import { Dialog, type DialogState } from '../ui/dialog/dialog.tsx';
import { FormAlert } from './form-errors.tsx';

interface QuestionProps<Result> {
  /** What happens if it is confirmed. */
  readonly children: ReactNode;
  /** The button that does it: a verb. */
  readonly action: string;
  readonly isDestructive?: boolean;
  /** Does it; an error is shown above the question. */
  readonly confirm: () => Promise<Result>;
  /** Called with the result; the dialog is busy until this has ended, too. */
  readonly onDone: (result: Result) => unknown;
}

interface ConfirmDialogProps<Result> extends DialogState, QuestionProps<Result> {
  readonly title: string;
}

/** Asks before something is done that a user might regret, and does it. */
export function ConfirmDialog<Result>(props: ConfirmDialogProps<Result>) {
  const { opened, onClose, title, ...question } = props;
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <Question {...question} onCancel={onClose} />
    </Dialog>
  );
}

function Question<Result>(props: QuestionProps<Result> & { readonly onCancel: () => void }) {
  const { children, action, isDestructive = false, confirm, onDone, onCancel } = props;
  const { mutate, isPending, error } = useMutation({ mutationFn: confirm, onSuccess: onDone });
  return (
    <>
      <Stack gap="sm">
        <FormAlert error={error} />
        <div>{children}</div>
      </Stack>
      <DialogActions
        label={action}
        onCancel={onCancel}
        onConfirm={() => mutate()}
        isBusy={isPending}
        isDangerous={isDestructive}
      />
    </>
  );
}
