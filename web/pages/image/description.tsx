import { Button, Group, Paper, Spoiler, Text, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Image, ImageName } from '../../api/images.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { Markdown } from '../../ui/markdown/markdown.tsx';
import { DescriptionDialog } from '../images/dialogs.tsx';

interface DescriptionProps {
  readonly name: ImageName;
  readonly image: Image;
}

/** Pixels of a description that are shown before it is expanded. */
const HEIGHT = 220;

/** The description of an image. */
export function Description({ name, image }: DescriptionProps) {
  const { t } = useTranslation();
  const dialog = useDialog<ImageName>();
  const { description, allowed } = image;
  const mayEdit = allowed.includes('image:edit');
  return (
    <Paper withBorder p="md" h="100%">
      <Group justify="space-between" mb="xs" mih={30}>
        <Title order={2} size="h5">
          {t('images.description')}
        </Title>
        {mayEdit && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPencil size={14} aria-hidden />}
            onClick={() => dialog.open(name)}
          >
            {t('common.edit')}
          </Button>
        )}
      </Group>
      {description.trim() === '' ? (
        <Text c="dimmed">{t(mayEdit ? 'image.describeIt' : 'image.notDescribed')}</Text>
      ) : (
        <Spoiler maxHeight={HEIGHT} showLabel={t('image.showAll')} hideLabel={t('image.showLess')}>
          <Markdown text={description} level={3} />
        </Spoiler>
      )}
      <DescriptionDialog dialog={dialog} />
    </Paper>
  );
}
