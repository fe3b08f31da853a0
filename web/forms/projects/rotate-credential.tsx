import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { rotateCredential } from '../../api/projects.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';

interface RotateCredentialProps extends DialogState {
  readonly project: { readonly id: number; readonly name: string };
}

/** Confirms and replaces the push credential of a project. */
export function RotateCredential({ project, ...dialog }: RotateCredentialProps) {
  const { t } = useTranslation();
  return (
    <ConfirmDialog
      {...dialog}
      title={t('credential.rotateTitle', project)}
      action={t('credential.rotate')}
      isDestructive
      confirm={() => rotateCredential(project.id)}
      onDone={() => {
        notify(t('credential.rotated', project));
        dialog.onClose();
      }}
    >
      <Text size="sm" mb={4}>
        {t('credential.rotateText')}
      </Text>
      <List size="sm">
        <List.Item>{t('credential.stopsLogins')}</List.Item>
        <List.Item>{t('credential.stopsPipelines')}</List.Item>
        <List.Item>{t('credential.stopsSecrets')}</List.Item>
      </List>
    </ConfirmDialog>
  );
}
