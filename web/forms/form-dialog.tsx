import { Stack } from '@mantine/core';
import { type UseFormInput, type UseFormReturnType, useForm } from '@mantine/form';
import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { DialogActions, type DialogActionsProps } from '../ui/dialog/actions.tsx';
import { Dialog, type DialogProps } from '../ui/dialog/dialog.tsx';
import { useUnsaved } from '../ui/dialog/use-unsaved.tsx';
import { type FieldMessage, FormAlert, useFieldError } from './form-errors.tsx';

type Fields = Record<string, unknown>;

interface FormProps<Values extends Fields, Result> {
  readonly form: UseFormInput<Values> & { readonly initialValues: Values };
  /** What the button that submits says: a verb. */
  readonly action: string;
  /** What it throws is shown at the field it is about, or above the fields. */
  readonly submit: (values: Values) => Promise<Result>;
  /** Called with what `submit` answered; the dialog stays open unless this closes it. */
  readonly onDone: (result: Result, values: Values) => void;
  /** How the button that submits is at the moment; `error` is of the last submission. */
  readonly button?: (
    form: UseFormReturnType<Values>,
    error: Error | null,
  ) => Pick<DialogActionsProps, 'isDisabled' | 'isDangerous'>;
  readonly fieldMessage?: FieldMessage<Values>;
  /** Whether the fields explain an error themselves, so that no alert has to. */
  readonly explains?: (error: Error | null) => boolean;
  /** Draws the fields; `submission` is how submitting goes, and a way to submit other values. */
  readonly children: (
    form: UseFormReturnType<Values>,
    submission: UseMutationResult<Result, Error, Values>,
  ) => ReactNode;
}

interface FormDialogProps<Values extends Fields, Result>
  extends FormProps<Values, Result>,
    Omit<DialogProps, 'children' | 'isFirm'> {
  /** Stands instead of the form until its initial values are known. */
  readonly waiting?: ReactNode;
  /** Whether closing it asks first once something has been typed. */
  readonly asksBeforeLoss?: boolean;
}

/** A form in a dialog. Each time it opens, the form starts from its initial values. */
export function FormDialog<Values extends Fields, Result>(props: FormDialogProps<Values, Result>) {
  const { opened, onClose, title, size = 'md', waiting, asksBeforeLoss = false, ...form } = props;
  const [isDirty, setDirty] = useState(false);
  const close = () => {
    setDirty(false);
    onClose();
  };
  const { leave, question } = useUnsaved(asksBeforeLoss && isDirty, close);
  const finish = (result: Result, values: Values) => {
    setDirty(false);
    form.onDone(result, values);
  };
  return (
    <>
      <Dialog opened={opened} onClose={leave} title={title} size={size}>
        {waiting || <DialogForm {...form} onDone={finish} onCancel={leave} onDirty={setDirty} />}
      </Dialog>
      {question}
    </>
  );
}

interface DialogFormProps<Values extends Fields, Result> extends FormProps<Values, Result> {
  readonly onCancel: () => void;
  /** Told whether a value differs from its initial one. */
  readonly onDirty?: (isDirty: boolean) => void;
}

/** The form of a FormDialog, for a dialog that shows it for a part of the time only. */
export function DialogForm<Values extends Fields, Result>(props: DialogFormProps<Values, Result>) {
  const { action, submit, onDone, onCancel, onDirty, button, explains } = props;
  const form = useForm<Values>(props.form);
  const showFieldError = useFieldError(form, props.fieldMessage);
  const submission = useMutation({
    mutationFn: submit,
    onSuccess: onDone,
    onError: showFieldError,
  });
  const { error, isPending } = submission;
  const isDirty = form.isDirty();
  // At once, since Back may be the very next event.
  useLayoutEffect(() => onDirty?.(isDirty), [onDirty, isDirty]);
  return (
    <form onSubmit={form.onSubmit((values) => submission.mutate(values))} noValidate>
      <Stack>
        {!explains?.(error) && <FormAlert error={error} values={form.values} />}
        {props.children(form, submission)}
        <DialogActions
          label={action}
          onCancel={onCancel}
          isBusy={isPending}
          {...button?.(form, error)}
        />
      </Stack>
    </form>
  );
}
