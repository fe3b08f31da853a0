import { Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { restore, type TrashItem } from '../../api/trash.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { trashName } from './trash-name.ts';

interface RestoreAsProps extends DialogState {
  readonly item: TrashItem;
}

/** Restores an item under another name, since its own is taken by now. */
export function RestoreAs({ item, ...dialog }: RestoreAsProps) {
  const { t } = useTranslation();
  const { kind, workspace, image, tag } = item;
  const suggestion = t('trash.suggestion', { name: tag ?? image ?? workspace });
  return (
    <FormDialog
      {...dialog}
      title={t('trash.restoreAsTitle')}
      form={{
        initialValues: { name: suggestion },
        validate: { name: (name) => (name.trim() === '' ? t('common.nameMissing') : null) },
      }}
      action={t('trash.restore')}
      submit={({ name }) => restore(item.id, name)}
      onDone={(_, { name }) => {
        dialog.onClose();
        notify(t('common.undone', { name }));
      }}
    >
      {(form) => (
        <>
          <Text>{t('trash.nameTaken', { name: trashName(item) })}</Text>
          <TextInput
            label={t(`trash.newName.${kind}`)}
            required
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('name')}
          />
        </>
      )}
    </FormDialog>
  );
}
