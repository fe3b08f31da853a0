import { Button, Group, Skeleton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { mayWorkIn, roleIn, useMe } from '../../api/session.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { paths } from '../../paths.ts';
import { AccessBadge } from '../../ui/access-badge.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { FactGrid } from '../../ui/facts.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useFormat } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PushDialog, type PushStart } from '../push-dialog.tsx';
import { type Asked, WorkspaceDialogs } from '../workspaces/dialogs.tsx';
import { WorkspaceMenu } from '../workspaces/menu.tsx';

interface WorkspaceHeaderProps {
  readonly name: string;
  /** undefined while it is loading. */
  readonly workspace: Workspace | undefined;
}

/** Name, project and figures of a workspace, with the actions on it. */
export function WorkspaceHeader({ name, workspace }: WorkspaceHeaderProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const action = useDialog<Asked>();
  const push = useDialog<PushStart>();
  const mayWork = workspace !== undefined && mayWorkIn(me, workspace.project.id);
  return (
    <>
      <PageHeader title={name} text={workspace ? <Place workspace={workspace} /> : <Line />}>
        {mayWork && (
          <>
            <WorkspaceMenu
              workspace={workspace}
              onChoose={(chosen) => action.open({ action: chosen, workspace })}
            />
            <Button onClick={() => push.open({ workspace: name })}>{t('images.push')}</Button>
          </>
        )}
      </PageHeader>
      {workspace ? <Figures workspace={workspace} /> : <Skeleton height={50} />}
      <PushDialog dialog={push} />
      <WorkspaceDialogs action={action} onDeleted={() => void navigate(paths.workspaces())} />
    </>
  );
}

function Line() {
  return <Skeleton height={26} width={240} />;
}

function Place({ workspace }: { readonly workspace: Workspace }) {
  const { access, project, department } = workspace;
  const isMember = roleIn(useMe(), project.id) !== 'none';
  return (
    <Group gap="xs">
      <AccessBadge access={access} />
      <span>
        <ForeignText text={department.name} isBrief /> /{' '}
        {isMember ? (
          <TextLink {...paths.project(project.id)} underline="always">
            <ForeignText text={project.name} isBrief />
          </TextLink>
        ) : (
          project.name
        )}
      </span>
    </Group>
  );
}

function Figures({ workspace }: { readonly workspace: Workspace }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { images, size, pulls, createdAt } = workspace;
  return (
    <FactGrid
      facts={[
        { label: t('workspaces.images'), value: format.number(images) },
        { label: t('workspaces.size'), value: format.bytes(size) },
        { label: t('workspaces.pulls'), value: format.number(pulls) },
        { label: t('workspaces.createdAt'), value: format.date(createdAt) },
      ]}
    />
  );
}
