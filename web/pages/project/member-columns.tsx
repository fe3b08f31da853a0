import { ActionIcon, Badge, Group, Tooltip } from '@mantine/core';
import { IconUserMinus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addMember, type Member, removeMember } from '../../api/members.ts';
import type { Project } from '../../api/projects.ts';
import { useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { RoleField } from '../../forms/projects/role-field.tsx';
import { paths } from '../../paths.ts';
import { TextLink } from '../../ui/link.tsx';
import { notify, notifyError, notifyUndo } from '../../ui/notices.tsx';
import { ROLE_NAMES } from '../../ui/role-names.ts';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';

/** The columns of the list of members, with an owner's actions. */
export function useMemberColumns(project: Project, canManage: boolean): Column<Member>[] {
  const { t } = useTranslation();
  const columns: Column<Member>[] = [
    {
      id: 'name',
      header: t('members.user'),
      cell: ({ user }) => <MemberName user={user} />,
    },
    {
      id: 'role',
      header: t('members.role'),
      cell: (member) =>
        canManage ? <RoleField project={project} member={member} /> : t(ROLE_NAMES[member.role]),
      width: 150,
    },
    {
      id: 'since',
      header: t('members.since'),
      cell: ({ since }) => <Time value={since} />,
      width: 160,
      from: 'sm',
    },
  ];
  if (!canManage) return columns;
  const removal: Column<Member> = {
    id: 'remove',
    header: t('common.remove'),
    hidesHeader: true,
    cell: (member) => <RemoveButton project={project} member={member} />,
    width: 56,
    align: 'right',
  };
  return [...columns, removal];
}

function MemberName({ user }: Pick<Member, 'user'>) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Group gap="xs">
      {me.isAdmin ? (
        <TextLink {...paths.user(user.id)} fw={500}>
          {user.name}
        </TextLink>
      ) : (
        user.name
      )}
      {user.name === me.name && (
        <Badge variant="default" tt="none">
          {t('members.you')}
        </Badge>
      )}
    </Group>
  );
}

interface RemoveButtonProps {
  readonly project: Project;
  readonly member: Member;
}

function RemoveButton({ project, member }: RemoveButtonProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const { user, role } = member;
  const names = { name: user.name, project: project.name };
  const label = t('members.remove', { name: user.name });
  const fail = (error: unknown) => notifyError(message(error));
  const back = useMutation({
    mutationFn: () => addMember(project.id, user.name, role),
    onSuccess: () => notify(t('members.added', names)),
    onError: fail,
  });
  const removal = useMutation({
    mutationFn: () => removeMember(project.id, user.id),
    onSuccess: () => notifyUndo(t('members.removed', names), () => back.mutate()),
    onError: fail,
  });
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon
        variant="subtle"
        color="red"
        aria-label={label}
        loading={removal.isPending}
        onClick={() => removal.mutate()}
      >
        <IconUserMinus size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
