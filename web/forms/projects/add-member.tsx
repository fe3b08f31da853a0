import { Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/error.ts';
import { addMember, type Role } from '../../api/members.ts';
import { DialogActions } from '../../ui/dialog/actions.tsx';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';
import { ROLE_NAMES } from '../../ui/role-names.ts';
import { FormAlert } from '../form-alert.tsx';
import { useFieldError } from '../use-field-error.ts';

interface AddMemberProps extends DialogState {
  readonly project: { readonly id: number; readonly name: string };
}

/** What each role may do, by the key of the sentence that says it. */
const MEANINGS = {
  viewer: 'members.viewerMay',
  developer: 'members.developerMay',
  owner: 'members.ownerMay',
} as const satisfies Record<Role, string>;

/** Makes somebody a member of a project. */
export function AddMember({ opened, onClose, project }: AddMemberProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t('members.addTitle', { project: project.name })}
    >
      <AddForm project={project} onDone={onClose} />
    </Dialog>
  );
}

interface AddFormProps extends Pick<AddMemberProps, 'project'> {
  readonly onDone: () => void;
}

function AddForm({ project, onDone }: AddFormProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { user: '', role: 'developer' as Role },
    validate: { user: (name) => (name.trim() === '' ? t('members.userMissing') : null) },
  });
  const showFieldError = useFieldError(form);
  const addition = useMutation({
    mutationFn: ({ user, role }: typeof form.values) => addMember(project.id, user.trim(), role),
    onSuccess: (_, { user }) => {
      notify(t('members.added', { name: user.trim(), project: project.name }));
      onDone();
    },
    onError: (error, { user }) => {
      showFieldError(error);
      const code = error instanceof ApiError && error.field === 'user' ? error.code : '';
      if (code === 'field-invalid')
        form.setFieldError('user', t('members.noSuchUser', { name: user }));
      if (code === 'name-taken') form.setFieldError('user', t('members.already', { name: user }));
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => addition.mutate(values))} noValidate>
      <Stack>
        <FormAlert error={addition.error} values={form.values} />
        <TextInput
          label={t('members.user')}
          description={t('members.userHint')}
          required
          data-autofocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('user')}
        />
        <Radio.Group label={t('members.role')} {...form.getInputProps('role')}>
          <Stack gap="xs" mt={4}>
            {(Object.keys(MEANINGS) as Role[]).map((role) => (
              <Radio
                key={role}
                value={role}
                label={t(ROLE_NAMES[role])}
                description={t(MEANINGS[role])}
              />
            ))}
          </Stack>
        </Radio.Group>
        <DialogActions label={t('members.add')} onCancel={onDone} isBusy={addition.isPending} />
      </Stack>
    </form>
  );
}
