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
  /** The label of the submit button: a verb. */
  readonly action: string;
  /** An error is shown at the field that it is about, or above the fields. */
  readonly submit: (values: Values) => Promise<Result>;
  /** Called with the result; the dialog stays open unless this closes it. */
  readonly onDone: (result: Result, values: Values) => void;
  /** The state of the submit button; `error` is that of the last submission. */
  readonly button?: (
    form: UseFormReturnType<Values>,
    error: Error | null,
  ) => Pick<DialogActionsProps, 'isDisabled' | 'isDangerous'>;
  readonly fieldMessage?: FieldMessage<Values>;
  /** Whether the fields themselves explain an error, so that no alert is shown. */
  readonly explains?: (error: Error | null) => boolean;
  /** Renders the fields; `submission` has the state, and can submit other values. */
  readonly children: (
    form: UseFormReturnType<Values>,
    submission: UseMutationResult<Result, Error, Values>,
  ) => ReactNode;
}

interface FormDialogProps<Values extends Fields, Result>
  extends FormProps<Values, Result>,
    Omit<DialogProps, 'children' | 'isFirm'> {
  /** Shown instead of the form until its initial values are known. */
  readonly waiting?: ReactNode;
  /** Whether closing it asks first if a value has been changed. */
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
  /** Called with whether a value differs from its initial one. */
  readonly onDirty?: (isDirty: boolean) => void;
}

/** The form of a FormDialog, for a dialog that also shows other content. */
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
  // Before the next event, which may be Back.
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
