import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ListScope } from '../../../src/domain/lists.ts';
import { paths } from '../../paths.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton } from '../../ui/link.tsx';

/** The ways to create an image; undefined for users who may not push anywhere. */
export interface PushActions {
  readonly onPush: (() => void) | undefined;
  readonly onUpload: (() => void) | undefined;
}

interface EmptyImagesProps extends PushActions {
  readonly scope: ListScope;
  readonly q: string;
  readonly onShowAll: () => void;
}

/** Shown instead of an empty list of images: what to do next. */
export function EmptyImages({ scope, q, onPush, onUpload, onShowAll }: EmptyImagesProps) {
  const { t } = useTranslation();
  if (q !== '') {
    return (
      <EmptyState title={t('images.emptySearchTitle', { q })} text={t('images.emptySearchText')}>
        <Button variant="default" onClick={onShowAll}>
          {t('images.showAll')}
        </Button>
      </EmptyState>
    );
  }
  if (scope === 'shared') {
    return <EmptyState title={t('images.emptySharedTitle')} text={t('images.emptySharedText')} />;
  }
  return (
    <EmptyState title={t('images.emptyOwnTitle')} text={t('images.emptyOwnText')}>
      {onPush && <Button onClick={onPush}>{t('images.push')}</Button>}
      {onUpload && (
        <Button variant="default" onClick={onUpload}>
          {t('images.upload')}
        </Button>
      )}
      <LinkButton {...paths.workspaces()} variant="default">
        {t('common.workspaces')}
      </LinkButton>
    </EmptyState>
  );
}
