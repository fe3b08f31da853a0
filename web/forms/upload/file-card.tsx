import { Alert, CloseButton, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useFormat } from '../../ui/format.ts';
import { uploads } from '../../upload/upload-center.ts';
import { type FileUpload, isBusy } from '../../upload/upload-state.ts';
import { ImageFields } from './image-fields.tsx';
import { useFailureMessage } from './use-failure-message.ts';

interface FileCardProps {
  readonly file: FileUpload;
  /** The workspace to upload to; undefined until one is chosen. */
  readonly workspace: string | undefined;
}

/** A chosen file and the images in it. */
export function FileCard({ file, workspace }: FileCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const message = useFailureMessage();
  const { name, size } = file.file;
  return (
    <Paper withBorder p="sm" component="section" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          <ForeignText text={name} isBrief />{' '}
          <Text span c="dimmed" fw={400}>
            {format.bytes(size)}
          </Text>
        </Text>
        <CloseButton
          aria-label={t('upload.remove', { name })}
          disabled={isBusy([file])}
          onClick={() => uploads.remove(file.id)}
        />
      </Group>
      {file.status === 'reading' && (
        <Group gap="xs" role="status">
          <Loader size="xs" />
          <Text size="sm">{t('upload.reading')}</Text>
        </Group>
      )}
      {file.failure && (
        <Alert color="red" role="alert">
          {message(file.failure)}
        </Alert>
      )}
      <Stack gap="md">
        {file.images.map((image) => (
          <ImageFields
            key={image.id}
            image={image}
            workspace={workspace}
            isOnly={file.images.length === 1}
          />
        ))}
      </Stack>
    </Paper>
  );
}
