import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/projects.ts';
import type { Me } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { TextLink } from '../../ui/link.tsx';
import { ROLE_NAMES } from '../../ui/role-names.ts';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';

/** The columns of the list of projects. */
export function useProjectColumns({ roles }: Me): Column<Project>[] {
  const { t } = useTranslation();
  const roleOf = (id: number) => roles.find(({ projectId }) => projectId === id)?.role;
  return [
    {
      id: 'name',
      header: t('common.name'),
      cell: ({ id, name, department }) => (
        <>
          <TextLink {...paths.project(id)} fw={500}>
            <ForeignText text={name} isBrief />
          </TextLink>
          <Text size="xs" c="dimmed" hiddenFrom="sm">
            <ForeignText text={department.name} isBrief />
          </Text>
        </>
      ),
    },
    {
      id: 'department',
      header: t('projects.department'),
      cell: ({ department }) => department.name,
      from: 'sm',
    },
    {
      id: 'role',
      header: t('projects.myRole'),
      cell: ({ id }) => {
        const role = roleOf(id);
        if (role) return t(ROLE_NAMES[role]);
        return (
          <Text size="sm" c="dimmed">
            {t('projects.noRole')}
          </Text>
        );
      },
      width: 130,
    },
    {
      id: 'created',
      header: t('common.createdAt'),
      cell: ({ createdAt }) => <Time value={createdAt} />,
      width: 160,
      from: 'md',
    },
  ];
}
