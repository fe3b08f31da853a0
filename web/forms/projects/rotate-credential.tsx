import { List, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { rotateCredential } from '../../api/projects.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ConfirmDialog } from '../../ui/dialog/confirm-dialog.tsx';
import { notify } from '../../ui/notices.tsx';

interface RotateCredentialProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly project: { readonly id: number; readonly name: string };
}

/** Asks for, and makes, a new push credential of a project. */
export function RotateCredential({ opened, onClose, project }: RotateCredentialProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const rotation = useMutation({
    mutationFn: () => rotateCredential(project.id),
    onSuccess: () => {
      notify(t('credential.rotated', project));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t('credential.rotateTitle', project)}
      action={t('credential.rotate')}
      isDestructive
      onConfirm={() => rotation.mutate()}
      isBusy={rotation.isPending}
      error={rotation.error && message(rotation.error)}
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
