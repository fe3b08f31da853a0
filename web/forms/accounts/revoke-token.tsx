import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type AccessToken, revokeToken } from '../../api/tokens.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ConfirmDialog } from '../../ui/dialog/confirm-dialog.tsx';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';

interface RevokeTokenProps extends DialogState {
  readonly token: AccessToken;
}

/** Asks, and ends an access token. */
export function RevokeToken({ opened, onClose, token }: RevokeTokenProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const { id, name } = token;
  const revocation = useMutation({
    mutationFn: () => revokeToken(id),
    onSuccess: () => {
      onClose();
      notify(t('tokens.revoked', { name }));
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t('tokens.revokeTitle', { name })}
      action={t('tokens.revoke')}
      isDestructive
      isBusy={revocation.isPending}
      error={revocation.error && message(revocation.error)}
      onConfirm={() => revocation.mutate()}
    >
      {t('tokens.revokeText')}
    </ConfirmDialog>
  );
}
