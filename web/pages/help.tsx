import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { PushImageDialog } from '../forms/push-image.tsx';
import { PageHeader } from '../ui/page-header.tsx';

/** What people ask: how machines are set up for this registry, and what it takes. */
export function Help() {
  const { t } = useTranslation();
  const [isPushing, pushing] = useDisclosure(false);
  return (
    <>
      <PageHeader title={t('common.help')}>
        <Button onClick={pushing.open}>{t('push.title')}</Button>
      </PageHeader>
      <PushImageDialog opened={isPushing} onClose={pushing.close} />
    </>
  );
}
