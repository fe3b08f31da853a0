import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ListScope } from '../../../src/domain/lists.ts';
import { paths } from '../../paths.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton } from '../../ui/link.tsx';

interface NoWorkspacesProps {
  readonly scope: ListScope;
  readonly q: string;
  /** Undefined for users who may not create one. */
  readonly onCreate: (() => void) | undefined;
}

/** Shown instead of an empty list of workspaces: why, and what to do next. */
export function NoWorkspaces({ scope, q, onCreate }: NoWorkspacesProps) {
  const { t } = useTranslation();
  if (q !== '') {
    return (
      <EmptyState title={t('workspaces.noneFound', { q })} text={t('workspaces.noneFoundText')}>
        <LinkButton variant="default" {...paths.workspaces({ scope })}>
          {t('common.clearSearch')}
        </LinkButton>
      </EmptyState>
    );
  }
  if (scope === 'shared') {
    return <EmptyState title={t('workspaces.noneShared')} text={t('workspaces.noneSharedText')} />;
  }
  return (
    <EmptyState
      title={t('workspaces.none')}
      text={t(onCreate ? 'workspaces.noneText' : 'workspaces.noneAskText')}
    >
      {onCreate && <Button onClick={onCreate}>{t('workspaces.create')}</Button>}
    </EmptyState>
  );
}
