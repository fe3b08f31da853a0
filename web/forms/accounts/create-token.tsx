import { Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session.ts';
import type { MadeToken } from '../../api/tokens.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { SecretDialog } from '../../ui/dialog/secret-dialog.tsx';
import { TokenForm } from './token-form.tsx';

/** Creates an access token, and shows its secret once. */
export function CreateToken({ opened, onClose }: DialogState) {
  const { t } = useTranslation();
  const me = useMe();
  const [made, setMade] = useState<MadeToken>();
  const finish = () => {
    setMade(undefined);
    onClose();
  };
  if (!made) return <TokenForm opened={opened} onClose={onClose} onMade={setMade} />;
  const { name, secret } = made;
  const login = `echo ${secret} | docker login ${location.host} -u ${me.name} --password-stdin`;
  return (
    <SecretDialog
      opened={opened}
      onClose={finish}
      title={t('tokens.secretOf', { name })}
      label={t('tokens.secret')}
      secret={secret}
    >
      <Text size="sm">{t('tokens.dockerLogin')}</Text>
      <CopyLine value={login} label="docker login" />
    </SecretDialog>
  );
}
