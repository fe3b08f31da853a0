import { Group, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import '@mantine/dropzone/styles.css';

/** Accepts files that are dropped on it or chosen. */
export function DropArea({ onFiles }: { readonly onFiles: (files: File[]) => void }) {
  const { t } = useTranslation();
  return (
    <Dropzone
      onDrop={onFiles}
      useFsAccessApi={false}
      inputProps={{ 'aria-label': t('upload.choose') }}
      aria-label={t('upload.choose')}
      py="lg"
    >
      <Group justify="center" gap="sm" style={{ pointerEvents: 'none' }}>
        <IconFileUpload size={28} aria-hidden />
        <div>
          <Text fw={600}>{t('upload.choose')}</Text>
          <Text size="sm" c="dimmed">
            {t('upload.formats')}
          </Text>
        </div>
      </Group>
    </Dropzone>
  );
}
