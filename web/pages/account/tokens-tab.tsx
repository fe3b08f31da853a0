import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type AccessToken, tokensQuery } from '../../api/tokens.ts';
import { CreateToken } from '../../forms/accounts/create-token.tsx';
import { RevokeToken } from '../../forms/accounts/revoke-token.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PagedTable } from '../paged-table.tsx';
import { useTokenColumns } from './token-columns.tsx';

/** The user's access tokens, with which machines sign in. */
export function TokensTab() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(tokensQuery);
  const creation = useDialog<true>();
  const revocation = useDialog<AccessToken>();
  const columns = useTokenColumns(revocation.open);
  const create = <Button onClick={() => creation.open(true)}>{t('tokens.create')}</Button>;
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text c="dimmed" maw={640}>
          {t('tokens.text')}
        </Text>
        {create}
      </Group>
      <PagedTable
        list={list}
        label={t('tokens.title')}
        columns={columns}
        rowId={({ name }) => name}
        empty={
          <EmptyState title={t('tokens.none')} text={t('tokens.noneText')}>
            {create}
          </EmptyState>
        }
      />
      <CreateToken {...creation.props} />
      {revocation.about && <RevokeToken {...revocation.props} token={revocation.about} />}
    </>
  );
}
