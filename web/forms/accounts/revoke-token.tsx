import { useTranslation } from 'react-i18next';
import { type AccessToken, revokeToken } from '../../api/tokens.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';

interface RevokeTokenProps extends DialogState {
  readonly token: AccessToken;
}

/** Confirms and revokes an access token. */
export function RevokeToken({ token, ...dialog }: RevokeTokenProps) {
  const { t } = useTranslation();
  const { id, name } = token;
  return (
    <ConfirmDialog
      {...dialog}
      title={t('tokens.revokeTitle', { name })}
      action={t('tokens.revoke')}
      isDestructive
      confirm={() => revokeToken(id)}
      onDone={() => {
        dialog.onClose();
        notify(t('tokens.revoked', { name }));
      }}
    >
      {t('tokens.revokeText')}
    </ConfirmDialog>
  );
}
