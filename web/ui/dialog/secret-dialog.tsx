import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyLine } from '../copy-line.tsx';
import { Dialog, type DialogState } from './dialog.tsx';

interface SecretDialogProps extends DialogState {
  readonly title: string;
  /** The name of the secret, `Password`. */
  readonly label: string;
  readonly secret: string;
  /** What to do with it. */
  readonly children?: ReactNode;
}

/** Shows a secret that cannot be shown again; a click outside does not close it. */
export function SecretDialog({
  opened,
  onClose,
  title,
  label,
  secret,
  children,
}: SecretDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={title} size="lg" isFirm>
      <Stack>
        <Alert color="yellow">{t('common.shownOnce')}</Alert>
        <CopyLine value={secret} label={label} />
        {children}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('common.kept')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
