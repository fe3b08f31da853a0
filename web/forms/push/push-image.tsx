import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { projectChoicesQuery, pushable } from '../../api/projects.ts';
import { useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { workspaceQuery } from '../../api/workspaces.ts';
import { paths } from '../../paths.ts';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LinkButton } from '../../ui/link.tsx';
import { PushForm } from './form.tsx';

/** What is preselected. */
export interface PushStart {
  /** Absent: the first workspace of the project. */
  readonly workspace?: string;
  /** By id, if no workspace determines it; absent: the first project. */
  readonly project?: number;
  /** Name of the image in the workspace, if it exists already. */
  readonly image?: string;
}

/** Shows the commands that push an image, ready to copy. */
export function PushImageDialog({ opened, onClose, ...start }: PushStart & DialogState) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('push.title')} size="xl">
      <PushImage {...start} />
    </Dialog>
  );
}

function PushImage({ workspace, project, image }: PushStart) {
  const { t } = useTranslation();
  const me = useMe();
  const message = useErrorMessage();
  const projects = useQuery(projectChoicesQuery);
  const start = useQuery({ ...workspaceQuery(workspace ?? ''), enabled: workspace !== undefined });
  if (projects.error) {
    return <ErrorState message={message(projects.error)} onRetry={() => void projects.refetch()} />;
  }
  if (!projects.data || start.isLoading) return <Waiting />;
  const choices = pushable(me, projects.data);
  const first = choices.find(({ id }) => id === (start.data?.project.id ?? project)) ?? choices[0];
  if (!first) {
    return (
      <EmptyState title={t('push.noProjectTitle')} text={t('push.noProjectText')}>
        <LinkButton {...paths.projects()}>{t('push.toProjects')}</LinkButton>
      </EmptyState>
    );
  }
  return (
    <PushForm
      projects={choices}
      firstProject={first}
      {...(workspace === undefined ? {} : { firstWorkspace: workspace })}
      {...(image === undefined ? {} : { firstImage: image })}
    />
  );
}

function Waiting() {
  return (
    <Stack aria-hidden>
      <Skeleton height={60} />
      <Skeleton height={60} />
      <Skeleton height={320} />
    </Stack>
  );
}
