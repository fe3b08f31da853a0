import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { retentionQuery } from '../../api/retention.ts';
import { roleIn, useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { RetentionRulesForm } from '../../forms/retention/retention-rules.tsx';
import { UntaggedPolicy } from '../../forms/retention/untagged-policy.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { UntaggedText } from './untagged-text.tsx';

/** The rules of retention of a workspace, and how long untagged content is kept. */
export function RetentionTab({ workspace }: { readonly workspace: Workspace }) {
  const { t } = useTranslation();
  const me = useMe();
  const { name, project, allowed } = workspace;
  return (
    <Stack gap="xl">
      <section>
        <Title order={2} size="h4" mb={4}>
          {t('retention.title')}
        </Title>
        <Text mb="md" maw={720}>
          {t('retention.text')}
        </Text>
        <Rules name={name} mayEdit={roleIn(me, project.id) === 'owner'} />
      </section>
      <section>
        <Title order={2} size="h4" mb={4}>
          {t('workspaces.untagged')}
        </Title>
        <UntaggedText days={workspace.untaggedDays} />
        {allowed.includes('trash:purge') && <UntaggedPolicy workspace={workspace} />}
      </section>
    </Stack>
  );
}

function Rules({ name, mayEdit }: { readonly name: string; readonly mayEdit: boolean }) {
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(retentionQuery(name));
  if (error && !data) {
    return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton height={380} />;
  return <RetentionRulesForm workspace={name} rules={data} mayEdit={mayEdit} />;
}
