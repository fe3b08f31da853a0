import { Badge, Button, Group, Skeleton, Text, Timeline, Title } from '@mantine/core';
import { IconArrowLeft, IconRestore, IconTag, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { historyQuery, type TagChange } from '../../api/history.ts';
import type { ImageName } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import type { Restoration } from '../../forms/images/restore-version.tsx';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { shortDigest } from '../../ui/digest.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LinkButton, TextLink } from '../../ui/link.tsx';
import { Time } from '../../ui/time.tsx';
import { RestoreVersionDialog } from './dialogs.tsx';

interface TagHistoryProps {
  readonly name: ImageName;
  readonly tag: string;
  readonly mayRestore: boolean;
}

/** Every change of a tag, the latest first, with buttons to restore an earlier one. */
export function TagHistory({ name, tag, mayRestore }: TagHistoryProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const query = useInfiniteQuery(historyQuery(name, tag));
  const dialog = useDialog<Restoration>();
  const now = query.data?.[0]?.digest ?? null;
  const restore = (digest: string) => dialog.open({ tag, digest, from: now });
  return (
    <>
      <TagHeading name={name} tag={tag} />
      {query.error && !query.data && (
        <ErrorState message={message(query.error)} onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <Skeleton height={200} />}
      <Timeline bulletSize={28} lineWidth={2} active={0}>
        {query.data?.map((change, n) => (
          <Timeline.Item
            key={`${change.changedAt} ${change.digest}`}
            bullet={change.digest === null ? <IconTrash size={14} /> : <IconTag size={14} />}
            title={<ChangeTitle name={name} change={change} isNow={n === 0} />}
          >
            <Group justify="space-between">
              <Text size="sm" c="dimmed">
                <Time value={change.changedAt} />
                {change.changedBy !== null && ` · ${change.changedBy}`}
              </Text>
              {mayRestore && change.restorable && change.digest !== now && (
                <RestoreButton digest={change.digest} onPress={restore} />
              )}
            </Group>
          </Timeline.Item>
        ))}
      </Timeline>
      {query.hasNextPage && (
        <Button
          variant="subtle"
          mt="md"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('common.loadMore')}
        </Button>
      )}
      <RestoreVersionDialog dialog={dialog} name={name} />
    </>
  );
}

/** The name of the tag, with a link back to all tags. */
function TagHeading({ name, tag }: Omit<TagHistoryProps, 'mayRestore'>) {
  const { t } = useTranslation();
  return (
    <Group my="md" gap="sm">
      <LinkButton
        {...paths.image(name.workspace, name.image, { tab: 'history' })}
        variant="default"
        size="compact-sm"
        leftSection={<IconArrowLeft size={14} aria-hidden />}
      >
        {t('image.allTags')}
      </LinkButton>
      <Title order={2} size="h4">
        {tag}
      </Title>
    </Group>
  );
}

interface ChangeTitleProps {
  readonly name: ImageName;
  readonly change: TagChange;
  readonly isNow: boolean;
}

function ChangeTitle({ name, change, isNow }: ChangeTitleProps) {
  const { t } = useTranslation();
  const { digest, restorable } = change;
  if (digest === null) return <Group gap="xs">{t('image.wasDeleted')}</Group>;
  return (
    <Group gap="xs">
      {restorable ? (
        <TextLink
          {...paths.manifest(name.workspace, name.image, digest)}
          className="mono"
          title={digest}
        >
          {shortDigest(digest)}
        </TextLink>
      ) : (
        <code title={digest}>{shortDigest(digest)}</code>
      )}
      {isNow && <Badge tt="none">{t('image.now')}</Badge>}
      {!restorable && (
        <Badge variant="light" color="gray" tt="none">
          {t('image.gone')}
        </Badge>
      )}
    </Group>
  );
}

interface RestoreButtonProps {
  readonly digest: string | null;
  readonly onPress: (digest: string) => void;
}

function RestoreButton({ digest, onPress }: RestoreButtonProps) {
  const { t } = useTranslation();
  if (digest === null) return null;
  return (
    <Button
      size="compact-sm"
      variant="light"
      leftSection={<IconRestore size={14} aria-hidden />}
      aria-label={t('image.restoreTo', { digest: shortDigest(digest) })}
      onClick={() => onPress(digest)}
    >
      {t('image.restore')}
    </Button>
  );
}
