import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { credentialQuery, type Project } from '../../api/projects.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { CredentialPanel } from '../../forms/projects/credential.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { PushDialog, type PushStart } from '../push-dialog.tsx';

interface CredentialTabProps {
  readonly project: Project;
  readonly canRotate: boolean;
}

/** The push credential of a project. */
export function CredentialTab({ project, canRotate }: CredentialTabProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const [isShown, shown] = useDisclosure(false);
  const push = useDialog<PushStart>();
  const { data, error, refetch } = useQuery(credentialQuery(project.id));
  if (error) return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  return (
    <Stack maw={640} gap="sm">
      <Text c="dimmed">{t('credential.text')}</Text>
      {data ? (
        <CredentialPanel
          project={project}
          credential={data}
          isShown={isShown}
          onToggle={shown.toggle}
          canRotate={canRotate}
        />
      ) : (
        <Skeleton height={120} />
      )}
      <Group>
        <Button variant="default" onClick={() => push.open({ project: project.id })}>
          {t('push.title')}
        </Button>
      </Group>
      <PushDialog dialog={push} />
    </Stack>
  );
}
