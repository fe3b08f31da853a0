import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DialogState } from '../ui/dialog/dialog.tsx';
import { FormDialog } from './form-dialog.tsx';

interface NameDialogProps extends DialogState {
  readonly title: string;
  readonly label: string;
  /** What a name may be. */
  readonly hint?: string;
  /** The current name. */
  readonly name?: string;
  /** The label of the submit button: a verb. */
  readonly action: string;
  /** Saves the name; an error is shown at the field or above it. */
  readonly write: (name: string) => Promise<unknown>;
  /** Called with the name when it is saved. */
  readonly onDone?: (name: string) => void;
}

/** Asks for the name of something new, or for a new name. */
export function NameDialog(props: NameDialogProps) {
  const { opened, onClose, title, action, write, onDone } = props;
  const { t } = useTranslation();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={title}
      form={{
        initialValues: { name: props.name ?? '' },
        validate: { name: (name) => (name.trim() === '' ? t('common.nameMissing') : null) },
      }}
      action={action}
      submit={({ name }) => write(name.trim())}
      onDone={(_, { name }) => {
        onClose();
        onDone?.(name.trim());
      }}
      button={(form) => ({ isDisabled: !form.isDirty() })}
    >
      {(form) => (
        <TextInput
          label={props.label}
          description={props.hint}
          required
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('name')}
        />
      )}
    </FormDialog>
  );
}
