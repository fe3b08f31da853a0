import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { mayWorkIn, useMe } from '../../api/session.ts';
import type { AccessLevel, Workspace } from '../../api/workspaces.ts';
import { paths } from '../../paths.ts';
import { AccessBadge } from '../../ui/access-badge.tsx';
import { CopyLine } from '../../ui/copy-line.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { useFormat } from '../../ui/format.ts';
import { type Asked, WorkspaceDialogs } from '../workspaces/dialogs.tsx';
import { UntaggedText } from './untagged-text.tsx';

/** The address and the settings of a workspace, and its deletion. */
export function AboutTab({ workspace }: { readonly workspace: Workspace }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const action = useDialog<Asked>();
  const { name, access, createdAt, createdBy, untaggedDays, allowed } = workspace;
  const mayWork = mayWorkIn(useMe(), workspace.project.id);
  return (
    <Stack maw={720} gap="xl">
      <Section title={t('workspaces.addressTitle')}>
        <CopyLine value={`${location.host}/${name}/`} label={t('workspaces.addressTitle')} />
        <Text size="sm" c="dimmed" mt={4}>
          {t('workspaces.addressText')}
        </Text>
      </Section>
      <Section title={t('workspaces.access')}>
        <Access
          access={access}
          onSet={
            allowed.includes('workspace:publish')
              ? () => action.open({ action: 'access', workspace })
              : undefined
          }
        />
      </Section>
      <Section title={t('workspaces.untagged')}>
        <UntaggedText days={untaggedDays} />
      </Section>
      <Section title={t('workspaces.origin')}>
        <Text>
          {createdBy === null
            ? format.dateTime(createdAt)
            : t('workspaces.originText', { name: createdBy, time: format.dateTime(createdAt) })}
        </Text>
      </Section>
      {mayWork && (
        <Section title={t('workspaces.deleteSection')}>
          <Text mb="sm">{t('workspaces.deleteTrash')}</Text>
          <Button
            variant="outline"
            color="red"
            onClick={() => action.open({ action: 'delete', workspace })}
          >
            {t('workspaces.deleteAction')}
          </Button>
        </Section>
      )}
      <WorkspaceDialogs action={action} onDeleted={() => void navigate(paths.workspaces())} />
    </Stack>
  );
}

interface AccessProps {
  readonly access: AccessLevel;
  /** Undefined for users who may not set it. */
  readonly onSet: (() => void) | undefined;
}

/** Who may see the workspace, with an explanation. */
function Access({ access, onSet }: AccessProps) {
  const { t } = useTranslation();
  return (
    <Group align="flex-start" justify="space-between">
      <div style={{ flex: '1 1 300px' }}>
        <AccessBadge access={access} />
        <Text mt={4}>
          {t(access === 'private' ? 'workspaces.privateMeans' : 'workspaces.publicMeans')}
        </Text>
      </div>
      {onSet && (
        <Button variant="default" onClick={onSet}>
          {t('workspaces.accessSetting')}
        </Button>
      )}
    </Group>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}
