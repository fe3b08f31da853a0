import { Box, Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { PushDialog, type PushStart } from '../push-dialog.tsx';
import { Certificate } from './certificate.tsx';
import { Contents } from './contents.tsx';
import { Failures } from './failures.tsx';
import classes from './help.module.css';
import { Insecure } from './insecure.tsx';
import { Kubernetes } from './kubernetes.tsx';
import { LargeLayers } from './large-layers.tsx';
import { Limits } from './limits.tsx';
import { Pipelines } from './pipelines.tsx';
import { Reach } from './reach.tsx';

/** What people ask: how machines are set up for this registry, and what it takes. */
export function Help() {
  const { t } = useTranslation();
  const push = useDialog<PushStart>();
  const { host, hostname, protocol } = window.location;
  const place = { host, name: hostname, protocol };
  return (
    <>
      <PageHeader title={t('common.help')} text={t('help.text', { host })}>
        <Button onClick={() => push.open({})}>{t('push.title')}</Button>
      </PageHeader>
      <Box className={classes.page ?? ''}>
        <Contents />
        <Stack gap={40} className={classes.sections ?? ''}>
          <Reach place={place} />
          <Certificate place={place} />
          <Insecure place={place} />
          <Failures />
          <Limits />
          <LargeLayers place={place} />
          <Kubernetes place={place} />
          <Pipelines place={place} />
        </Stack>
      </Box>
      <PushDialog dialog={push} />
    </>
  );
}
