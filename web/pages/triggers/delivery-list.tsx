import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Delivery, deliveriesQuery, redeliver } from '../../api/triggers.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFormat } from '../../ui/format.ts';
import { notifyError } from '../../ui/notices.tsx';
import { Time } from '../../ui/time.tsx';
import { useShowOutcome } from './show-outcome.ts';

interface DeliveryListProps {
  readonly projectId: number;
  readonly triggerId: number;
}

const COLORS = {
  delivered: 'teal',
  retry: 'yellow',
  'given-up': 'red',
  replaced: 'gray',
} as const satisfies Record<Delivery['outcome'], string>;

/** What was sent, newest first. */
export function DeliveryList({ projectId, triggerId }: DeliveryListProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const list = useInfiniteQuery(deliveriesQuery(projectId, triggerId));
  if (list.error) {
    return <ErrorState message={message(list.error)} onRetry={() => void list.refetch()} />;
  }
  if (list.data?.length === 0) return <Text>{t('triggers.noDeliveries')}</Text>;
  return (
    <Stack gap="xs" role="list" aria-label={t('triggers.log')}>
      {list.data?.map((one) => (
        <Entry key={one.id} projectId={projectId} triggerId={triggerId} delivery={one} />
      ))}
      {list.hasNextPage && (
        <Button
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('common.loadMore')}
        </Button>
      )}
    </Stack>
  );
}

function Entry({
  projectId,
  triggerId,
  delivery,
}: DeliveryListProps & { readonly delivery: Delivery }) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const format = useFormat();
  const [isOpen, { toggle }] = useDisclosure(false);
  const { id, at, kind, outcome, subject, attempt, answer, error, duration } = delivery;
  const showOutcome = useShowOutcome();
  const again = useMutation({
    mutationFn: () => redeliver(projectId, triggerId, id),
    onSuccess: showOutcome,
    onError: (failure) => notifyError(message(failure)),
  });
  return (
    <Paper withBorder p="xs" role="listitem">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Badge color={COLORS[outcome]} variant="outline" tt="none">
            {t(`triggers.outcomes.${outcome}`)}
          </Badge>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {subject}
          </Text>
        </Group>
        <Text size="xs" c="dimmed">
          <Time value={at} />
        </Text>
      </Group>
      <Text size="xs" c="dimmed" mt={4} style={{ overflowWrap: 'anywhere' }}>
        {[t(`triggers.kinds.${kind}`), t('triggers.attempt', { count: attempt })]
          .concat(answer ? [String(answer.status), format.duration(duration)] : [])
          .concat(error ?? [])
          .join(' · ')}
      </Text>
      <Group gap="xs" mt={4}>
        <Button size="compact-xs" variant="subtle" onClick={toggle} aria-expanded={isOpen}>
          {t('triggers.details')}
        </Button>
        {kind !== 'test' && (
          <Button
            size="compact-xs"
            variant="subtle"
            loading={again.isPending}
            onClick={() => again.mutate()}
          >
            {t('triggers.redeliver')}
          </Button>
        )}
      </Group>
      {isOpen && <Exchange delivery={delivery} />}
    </Paper>
  );
}

/** The request and its answer. */
function Exchange({ delivery: { request, answer } }: { readonly delivery: Delivery }) {
  const { t } = useTranslation();
  const headers = Object.entries(request?.headers ?? {}).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return (
    <Stack gap="xs" mt="xs">
      {request ? (
        <CodeBlock
          title={t('triggers.request')}
          code={[`${request.method} ${request.url}`, ...headers, '', request.body].join('\n')}
        />
      ) : (
        <Text size="sm">{t('triggers.nothingSent')}</Text>
      )}
      {answer && (
        <CodeBlock title={t('triggers.answer')} code={`${answer.status}\n\n${answer.body}`} />
      )}
    </Stack>
  );
}
