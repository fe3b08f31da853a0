import { Alert, List, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CollectionRun } from '../../api/collections.ts';
import { Freed } from './freed.tsx';
import { KeptList } from './kept-list.tsx';

/** The result of a collection: what it freed, what it kept and why, and what failed. */
export function CollectionResult({ run }: { readonly run: CollectionRun }) {
  const { t } = useTranslation();
  return (
    <Stack>
      {run.errors.length > 0 && (
        <Alert color="red" variant="outline" title={t('collections.failed')}>
          <List size="sm">
            {run.errors.map((error) => (
              <List.Item key={error}>{error}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Freed label={t('collections.freed')} bytes={run.freedBytes} objects={run.freedObjects} />
      <KeptList kept={run.kept} />
    </Stack>
  );
}
