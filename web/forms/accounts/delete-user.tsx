import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { deleteUser } from '../../api/users.ts';
import { paths } from '../../paths.ts';
import { ConfirmDialog } from '../../ui/dialog/confirm-dialog.tsx';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';

interface DeleteUserProps extends DialogState {
  readonly user: { readonly id: number; readonly name: string };
}

/** Asks, and deletes a user. */
export function DeleteUser({ opened, onClose, user }: DeleteUserProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const navigate = useNavigate();
  const { name } = user;
  const removal = useMutation({
    mutationFn: () => deleteUser(user.id),
    onSuccess: async () => {
      notify(t('users.deleted', { name }));
      await navigate(paths.users());
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t('users.deleteTitle', { name })}
      action={t('common.delete')}
      isDestructive
      isBusy={removal.isPending}
      error={removal.error && message(removal.error)}
      onConfirm={() => removal.mutate()}
    >
      {t('users.deleteText')}
    </ConfirmDialog>
  );
}
