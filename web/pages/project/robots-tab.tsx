import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  changeRobot,
  deleteRobot,
  type Robot,
  type RobotSecret,
  robotsQuery,
  rotateRobot,
} from '../../api/robots.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ConfirmDialog } from '../../forms/confirm-dialog.tsx';
import { RobotForm } from '../../forms/projects/robot-form.tsx';
import { CopyLine } from '../../ui/copy-line.tsx';
import { SecretDialog } from '../../ui/dialog/secret-dialog.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { notify, notifyError, notifyUndo } from '../../ui/notices.tsx';
import { PagedTable } from '../paged-table.tsx';
import { useRobotColumns } from './robot-columns.tsx';

/** The robots of a project. */
export function RobotsTab({ projectId }: { readonly projectId: number }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(robotsQuery(projectId));
  const form = useDialog<Robot | null>();
  const rotation = useDialog<Robot>();
  const deletion = useDialog<Robot>();
  const [made, setMade] = useState<RobotSecret>();
  const toggle = useToggle(projectId);
  const columns = useRobotColumns((robot) => [
    { label: t('common.edit'), onChoose: () => form.open(robot) },
    { label: t('robots.rotate'), onChoose: () => rotation.open(robot) },
    {
      label: t(robot.disabled ? 'robots.enable' : 'robots.disable'),
      onChoose: () => toggle(robot),
    },
    { label: t('common.delete'), isDestructive: true, onChoose: () => deletion.open(robot) },
  ]);
  const create = <Button onClick={() => form.open(null)}>{t('robots.create')}</Button>;
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text c="dimmed" maw={640}>
          {t('robots.text')}
        </Text>
        {create}
      </Group>
      <PagedTable
        list={list}
        label={t('robots.title')}
        columns={columns}
        rowId={({ name }) => name}
        empty={
          <EmptyState title={t('robots.none')} text={t('robots.noneText')}>
            {create}
          </EmptyState>
        }
      />
      {form.about !== undefined && (
        <RobotForm
          key={form.about?.id ?? 0}
          {...form.props}
          projectId={projectId}
          robot={form.about ?? undefined}
          onSaved={(name, secret) => {
            form.props.onClose();
            if (secret) setMade(secret);
            else notify(t('robots.saved', { name }));
          }}
        />
      )}
      {rotation.about && (
        <Rotate {...rotation.props} {...{ projectId, onMade: setMade }} robot={rotation.about} />
      )}
      {deletion.about && (
        <Delete {...deletion.props} projectId={projectId} robot={deletion.about} />
      )}
      <ShowSecret made={made} onClose={() => setMade(undefined)} />
    </>
  );
}

/** Disables or enables a robot at once; disabling can be undone. */
function useToggle(projectId: number): (robot: Robot) => void {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const change = useMutation({
    mutationFn: ({ id, disabled }: Robot) => changeRobot(projectId, id, { disabled: !disabled }),
    onSuccess: (_, robot) => {
      const { name, disabled } = robot;
      if (disabled) return notify(t('robots.enabled', { name }));
      notifyUndo(t('robots.disabled', { name }), () => change.mutate({ ...robot, disabled: true }));
    },
    onError: (error) => notifyError(message(error)),
  });
  return change.mutate;
}

interface AboutRobot {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly projectId: number;
  readonly robot: Robot;
}

interface RotateProps extends AboutRobot {
  readonly onMade: (made: RobotSecret) => void;
}

function Rotate({ projectId, robot: { id, name }, onMade, ...dialog }: RotateProps) {
  const { t } = useTranslation();
  return (
    <ConfirmDialog
      {...dialog}
      title={t('robots.rotateTitle', { name })}
      action={t('robots.rotate')}
      isDestructive
      confirm={() => rotateRobot(projectId, id)}
      onDone={(made) => {
        dialog.onClose();
        onMade(made);
      }}
    >
      {t('robots.rotateText')}
    </ConfirmDialog>
  );
}

function Delete({ projectId, robot: { id, name }, ...dialog }: AboutRobot) {
  const { t } = useTranslation();
  return (
    <ConfirmDialog
      {...dialog}
      title={t('robots.deleteTitle', { name })}
      action={t('common.delete')}
      isDestructive
      confirm={() => deleteRobot(projectId, id)}
      onDone={() => {
        dialog.onClose();
        notify(t('robots.deleted', { name }));
      }}
    >
      {t('robots.deleteText')}
    </ConfirmDialog>
  );
}

interface ShowSecretProps {
  readonly made: RobotSecret | undefined;
  readonly onClose: () => void;
}

/** The secret of a robot, which is shown once, and how to log in with it. */
function ShowSecret({ made, onClose }: ShowSecretProps) {
  const { t } = useTranslation();
  const { name = '', username = '', secret = '' } = made ?? {};
  return (
    <SecretDialog
      opened={made !== undefined}
      onClose={onClose}
      title={t('robots.secretOf', { name })}
      label={t('robots.secret')}
      secret={secret}
    >
      <Stack gap="xs">
        <Text size="sm">{t('robots.username')}</Text>
        <CopyLine value={username} label={t('robots.username')} />
        <Text size="sm">{t('robots.login')}</Text>
        <CopyLine
          value={`echo ${secret} | docker login ${location.host} -u ${username} --password-stdin`}
          label="docker login"
        />
      </Stack>
    </SecretDialog>
  );
}
