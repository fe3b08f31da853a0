import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Me, mayWorkIn } from '../../api/session.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { paths } from '../../paths.ts';
import { AccessBadge } from '../../ui/access-badge.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useFormat } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import type { Asked } from './dialogs.tsx';
import { WorkspaceMenu } from './menu.tsx';

/** The columns of the list of workspaces. */
export function useWorkspaceColumns(me: Me, onAsk: (asked: Asked) => void): Column<Workspace>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      id: 'name',
      header: t('workspaces.name'),
      cell: ({ name }) => (
        <TextLink {...paths.workspace(name)} inherit fw={500}>
          {name}
        </TextLink>
      ),
    },
    {
      id: 'project',
      header: t('workspaces.project'),
      cell: ({ project, department }) => (
        <>
          <ForeignText text={project.name} isBrief />
          <Text size="xs" c="dimmed">
            <ForeignText text={department.name} isBrief />
          </Text>
        </>
      ),
      width: 180,
      from: 'sm',
    },
    {
      id: 'access',
      header: t('workspaces.access'),
      cell: ({ access }) => <AccessBadge access={access} />,
      width: 110,
    },
    {
      id: 'images',
      header: t('workspaces.images'),
      cell: ({ images }) => format.number(images),
      width: 90,
      align: 'right',
      from: 'md',
    },
    {
      id: 'size',
      header: t('workspaces.size'),
      cell: ({ size }) => format.bytes(size),
      width: 110,
      align: 'right',
      from: 'sm',
    },
    {
      id: 'pulls',
      header: t('workspaces.pulls'),
      cell: ({ pulls }) => format.number(pulls),
      width: 90,
      align: 'right',
      from: 'md',
    },
    {
      id: 'created',
      header: t('workspaces.createdAt'),
      cell: ({ createdAt }) => <Time value={createdAt} />,
      width: 140,
      from: 'lg',
    },
    {
      id: 'actions',
      header: t('common.more'),
      hidesHeader: true,
      cell: (workspace) =>
        mayWorkIn(me, workspace.project.id) && (
          <WorkspaceMenu
            workspace={workspace}
            onChoose={(action) => onAsk({ action, workspace })}
          />
        ),
      width: 60,
      align: 'right',
    },
  ];
}
