import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { changeUser, type UserChange, type UserView } from '../../api/users.ts';
import { DeleteUser } from '../../forms/accounts/delete-user.tsx';
import { ResetPassword } from '../../forms/accounts/reset-password.tsx';
import { NameDialog } from '../../forms/name-dialog.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { notifyError, notifyUndo } from '../../ui/notices.tsx';

/** The actions of a cloud admin on a user; not those that would lock the admin out. */
export function UserActions({ user }: { readonly user: UserView }) {
  const { t } = useTranslation();
  const me = useMe();
  const renaming = useDialog<true>();
  const reset = useDialog<true>();
  const deletion = useDialog<true>();
  const { id, name } = user;
  return (
    <Group gap="xs">
      <Button variant="default" onClick={() => renaming.open(true)}>
        {t('common.rename')}
      </Button>
      {me.name !== name && (
        <>
          <StateButtons user={user} />
          <Button variant="default" onClick={() => reset.open(true)}>
            {t('users.resetPassword')}
          </Button>
          <Button variant="outline" color="red" onClick={() => deletion.open(true)}>
            {t('common.delete')}
          </Button>
        </>
      )}
      <NameDialog
        {...renaming.props}
        title={t('users.rename', { name })}
        label={t('users.name')}
        hint={t('users.nameHint')}
        name={name}
        action={t('common.save')}
        write={(next) => changeUser(id, { name: next })}
      />
      <ResetPassword {...reset.props} user={user} />
      <DeleteUser {...deletion.props} user={user} />
    </Group>
  );
}

function StateButtons({ user }: { readonly user: UserView }) {
  const { t } = useTranslation();
  const { mutate, isPending } = useChange(user);
  const { isAdmin, disabled } = user;
  return (
    <>
      <Button variant="default" loading={isPending} onClick={() => mutate({ isAdmin: !isAdmin })}>
        {t(isAdmin ? 'users.endAdmin' : 'users.makeAdmin')}
      </Button>
      <Button variant="default" loading={isPending} onClick={() => mutate({ disabled: !disabled })}>
        {t(disabled ? 'users.enable' : 'users.disable')}
      </Button>
    </>
  );
}

/** Changes a user at once, and offers to undo it. */
function useChange({ id, name }: UserView) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const fail = (error: unknown) => notifyError(message(error));
  const say = (change: UserChange) => {
    if (change.isAdmin !== undefined) {
      return t(change.isAdmin ? 'users.nowAdmin' : 'users.nowNoAdmin', { name });
    }
    return t(change.disabled ? 'users.nowDisabled' : 'users.nowEnabled', { name });
  };
  return useMutation({
    mutationFn: (change: UserChange) => changeUser(id, change),
    onSuccess: (_, change) =>
      notifyUndo(say(change), () => void changeUser(id, opposite(change)).catch(fail)),
    onError: fail,
  });
}

/** The change that undoes another; not read from the user, who has changed by then. */
function opposite({ isAdmin, disabled }: UserChange): UserChange {
  return isAdmin === undefined ? { disabled: !disabled } : { isAdmin: !isAdmin };
}
