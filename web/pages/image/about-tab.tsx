import { Paper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Image } from '../../api/images.ts';
import { AccessBadge } from '../../ui/access-badge.tsx';
import { type Fact, FactList } from '../../ui/facts.tsx';
import { useFormat } from '../../ui/format.ts';

/** All facts about an image. */
export function AboutTab({ image }: { readonly image: Image }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts: Fact[] = [
    { label: t('image.address'), value: <code>{image.address}</code> },
    { label: t('images.workspace'), value: image.workspace },
    { label: t('images.access'), value: <AccessBadge access={image.access} /> },
    { label: t('images.versions'), value: format.number(image.versions) },
    { label: t('images.size'), value: format.bytes(image.size) },
    {
      label: t('image.unsharedSize'),
      value: `${format.bytes(image.unsharedSize)} · ${t('image.unsharedText')}`,
    },
    { label: t('image.pulls'), value: format.number(image.pulls) },
    { label: t('image.createdAt'), value: format.dateTime(image.createdAt) },
    { label: t('image.pushedAt'), value: format.dateTime(image.updatedAt) },
  ];
  return (
    <Paper withBorder px="md" py="xs" mt="md">
      <FactList facts={facts} />
    </Paper>
  );
}
