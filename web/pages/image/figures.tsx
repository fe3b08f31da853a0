import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Image, type ImageName, pullsQuery } from '../../api/images.ts';
import { useFormat } from '../../ui/format.ts';
import { PullsChart } from '../../ui/pulls-chart.tsx';
import { Time } from '../../ui/time.tsx';

interface FiguresProps {
  readonly name: ImageName;
  readonly image: Image;
}

/** Pulls and sizes of an image. */
export function Figures({ name, image }: FiguresProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(pullsQuery(name));
  const recent = data?.days.reduce((sum, { pulls }) => sum + pulls, 0);
  return (
    <Paper withBorder p="md" h="100%">
      <Stack gap="md">
        <div>
          <Title order={2} size="h5">
            {t('image.pulls')}
          </Title>
          <Text fz={28} fw={700} lh={1.3}>
            {format.number(image.pulls)}
          </Text>
          <Text size="sm" c="dimmed" mb="xs">
            {recent === undefined
              ? '…'
              : t('image.recentPulls', { count: recent, shown: format.number(recent) })}
          </Text>
          <PullsChart days={data?.days} />
        </div>
        <SimpleGrid cols={2} spacing="sm">
          <Figure label={t('images.size')}>{format.bytes(image.size)}</Figure>
          <Figure label={t('image.unsharedSize')}>{format.bytes(image.unsharedSize)}</Figure>
          <Figure label={t('images.versions')}>{format.number(image.versions)}</Figure>
          <Figure label={t('images.updated')}>
            <Time value={image.updatedAt} />
          </Figure>
        </SimpleGrid>
      </Stack>
    </Paper>
  );
}

function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600}>{children}</Text>
    </div>
  );
}
