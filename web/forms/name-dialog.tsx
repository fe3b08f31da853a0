import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DialogState } from '../ui/dialog/dialog.tsx';
import { FormDialog } from './form-dialog.tsx';

interface NameDialogProps extends DialogState {
  readonly title: string;
  readonly label: string;
  /** What a name may be. */
  readonly hint?: string;
  /** The name that it has. */
  readonly name?: string;
  /** What the button that submits says: a verb. */
  readonly action: string;
  /** Writes the name; what it throws is shown at the field or above it. */
  readonly write: (name: string) => Promise<unknown>;
  /** Called with the name when it is written. */
  readonly onDone?: (name: string) => void;
}

/** Asks for a name: of something new, or another one. */
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
