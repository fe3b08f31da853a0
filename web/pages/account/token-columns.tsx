import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { showHidden } from '../../../src/domain/hidden-characters.ts';
import type { AccessToken } from '../../api/tokens.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { RIGHT_NAMES } from '../../ui/right-names.ts';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';

/** The columns of the list of access tokens. */
export function useTokenColumns(onRevoke: (token: AccessToken) => void): Column<AccessToken>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'name',
      header: t('common.name'),
      cell: ({ name, workspaces }) => (
        <>
          <ForeignText text={name} isBrief />
          <Text size="xs" c="dimmed">
            {workspaces?.join(', ') ?? t('tokens.everywhere')}
          </Text>
        </>
      ),
    },
    {
      id: 'rights',
      header: t('tokens.rights'),
      cell: ({ rights }) => rights.map((right) => t(RIGHT_NAMES[right])).join(', '),
      width: 190,
      from: 'sm',
    },
    {
      id: 'used',
      header: t('tokens.lastUsed'),
      cell: ({ lastUsedAt }) => (lastUsedAt ? <Time value={lastUsedAt} /> : t('common.never')),
      width: 140,
      from: 'md',
    },
    {
      id: 'expires',
      header: t('tokens.expires'),
      cell: ({ expiresAt }) => <Expiry value={expiresAt} />,
      width: 140,
    },
    {
      id: 'revoke',
      header: t('tokens.revoke'),
      hidesHeader: true,
      cell: (token) => (
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          aria-label={`${t('tokens.revoke')}: ${showHidden(token.name)}`}
          onClick={() => onRevoke(token)}
        >
          {t('tokens.revoke')}
        </Button>
      ),
      width: 110,
      align: 'right',
    },
  ];
}

function Expiry({ value }: { readonly value: string }) {
  const { t } = useTranslation();
  if (Date.parse(value) > Date.now()) return <Time value={value} />;
  return (
    <Text size="sm" c="red">
      {t('tokens.expired')}
    </Text>
  );
}
