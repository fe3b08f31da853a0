import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { deleteUser } from '../../api/users.ts';
import { paths } from '../../paths.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';

interface DeleteUserProps extends DialogState {
  readonly user: { readonly id: number; readonly name: string };
}

/** Confirms and deletes a user. */
export function DeleteUser({ user, ...dialog }: DeleteUserProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { name } = user;
  return (
    <ConfirmDialog
      {...dialog}
      title={t('users.deleteTitle', { name })}
      action={t('common.delete')}
      isDestructive
      confirm={() => deleteUser(user.id)}
      onDone={() => {
        notify(t('users.deleted', { name }));
        return navigate(paths.users());
      }}
    >
      {t('users.deleteText')}
    </ConfirmDialog>
  );
}
