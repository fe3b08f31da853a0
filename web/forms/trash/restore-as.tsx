import { Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { restore, type TrashItem } from '../../api/trash.ts';
import { DialogActions } from '../../ui/dialog/actions.tsx';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';
import { FormAlert } from '../form-alert.tsx';
import { useFieldError } from '../use-field-error.ts';
import { trashName } from './trash-name.ts';

interface RestoreAsProps extends DialogState {
  readonly item: TrashItem;
}

/** Restores something under another name, since something else has its own meanwhile. */
export function RestoreAs({ item, ...dialog }: RestoreAsProps) {
  const { t } = useTranslation();
  return (
    <Dialog {...dialog} title={t('trash.restoreAsTitle')}>
      <RestoreForm item={item} onDone={dialog.onClose} />
    </Dialog>
  );
}

interface RestoreFormProps {
  readonly item: TrashItem;
  readonly onDone: () => void;
}

function RestoreForm({ item, onDone }: RestoreFormProps) {
  const { t } = useTranslation();
  const { kind, workspace, image, tag } = item;
  const form = useForm({
    initialValues: { name: t('trash.suggestion', { name: tag ?? image ?? workspace }) },
  });
  const showFieldError = useFieldError(form);
  const restoration = useMutation({
    mutationFn: ({ name }: typeof form.values) => restore(item.id, name),
    onSuccess: (_, { name }) => {
      onDone();
      notify(t('common.undone', { name }));
    },
    onError: showFieldError,
  });
  return (
    <form onSubmit={form.onSubmit((values) => restoration.mutate(values))}>
      <Stack>
        <FormAlert error={restoration.error} values={form.values} />
        <Text>{t('trash.nameTaken', { name: trashName(item) })}</Text>
        <TextInput
          label={t(`trash.newName.${kind}`)}
          required
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('name')}
        />
        <DialogActions
          label={t('trash.restore')}
          onCancel={onDone}
          isBusy={restoration.isPending}
        />
      </Stack>
    </form>
  );
}
