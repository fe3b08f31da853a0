import { Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Member, type Role, setRole } from '../../api/members.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { notify, notifyError } from '../../ui/notices.tsx';
import { ROLE_NAMES } from '../../ui/role-names.ts';
import { useRoleChoices } from './role-choices.ts';

interface RoleFieldProps {
  readonly project: { readonly id: number };
  readonly member: Member;
}

/** A member's role, which is saved as soon as it is chosen. */
export function RoleField({ project, member }: RoleFieldProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const choices = useRoleChoices();
  const { user } = member;
  const change = useMutation({
    mutationFn: (role: Role) => setRole(project.id, user.id, role),
    onSuccess: (_, role) =>
      notify(t('members.changed', { name: user.name, role: t(ROLE_NAMES[role]) })),
    onError: (error) => notifyError(message(error)),
  });
  return (
    <Select
      aria-label={`${t('members.role')}: ${user.name}`}
      size="xs"
      data={choices}
      allowDeselect={false}
      value={change.isPending ? change.variables : member.role}
      onChange={(role) => role && role !== member.role && change.mutate(role as Role)}
    />
  );
}
