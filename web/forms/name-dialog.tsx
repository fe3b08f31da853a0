import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DialogActions } from '../ui/dialog/actions.tsx';
import { Dialog, type DialogState } from '../ui/dialog/dialog.tsx';
import { FormAlert } from './form-alert.tsx';
import { useFieldError } from './use-field-error.ts';

interface NameFormProps {
  readonly label: string;
  /** What a name may be. */
  readonly hint?: string;
  /** The name that it has. */
  readonly name?: string;
  /** What the button that does it says. */
  readonly action: string;
  /** Writes the name; what it throws is shown at the field or above it. */
  readonly write: (name: string) => Promise<unknown>;
  /** Called with the name when it is written. */
  readonly onDone: (name: string) => void;
}

interface NameDialogProps extends DialogState, Omit<NameFormProps, 'onDone'> {
  readonly title: string;
  readonly onDone?: (name: string) => void;
}

/** Asks for a name: of something new, or another one. */
export function NameDialog({ opened, onClose, title, onDone, ...form }: NameDialogProps) {
  const finish = (name: string) => {
    onClose();
    onDone?.(name);
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <NameForm {...form} onDone={finish} onCancel={onClose} />
    </Dialog>
  );
}

function NameForm(props: NameFormProps & { readonly onCancel: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: props.name ?? '' },
    validate: { name: (name) => (name.trim() === '' ? t('common.nameMissing') : null) },
  });
  const showFieldError = useFieldError(form);
  const change = useMutation({
    mutationFn: async ({ name }: typeof form.values) => {
      await props.write(name.trim());
      return name.trim();
    },
    onSuccess: props.onDone,
    onError: showFieldError,
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <Stack>
        <FormAlert error={change.error} values={form.values} />
        <TextInput
          label={props.label}
          description={props.hint}
          required
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('name')}
        />
        <DialogActions
          label={props.action}
          onCancel={props.onCancel}
          isBusy={change.isPending}
          isDisabled={!form.isDirty()}
        />
      </Stack>
    </form>
  );
}
