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

/** How to set up machines for this registry, its limits, and common errors. */
export function HelpScreen() {
  const { t } = useTranslation();
  const push = useDialog<PushStart>();
  const { host, hostname, protocol } = window.location;
  const registry = { host, name: hostname, protocol };
  return (
    <>
      <PageHeader title={t('common.help')} text={t('help.text', { host })}>
        <Button onClick={() => push.open({})}>{t('push.title')}</Button>
      </PageHeader>
      <Box className={classes.page ?? ''}>
        <Contents />
        <Stack gap={40} className={classes.sections ?? ''}>
          <Reach registry={registry} />
          <Certificate registry={registry} />
          <Insecure registry={registry} />
          <Failures />
          <Limits />
          <LargeLayers registry={registry} />
          <Kubernetes registry={registry} />
          <Pipelines registry={registry} />
        </Stack>
      </Box>
      <PushDialog dialog={push} />
    </>
  );
}
