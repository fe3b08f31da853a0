import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/format.ts';
import { isDestination, splitTags } from '../../upload/suggest-name.ts';
import { uploads } from '../../upload/upload-center.ts';
import { type FileUpload, isBusy, isFinished, totalProgress } from '../../upload/upload-state.ts';

interface UploadActionsProps {
  readonly files: readonly FileUpload[];
  readonly workspace: string | undefined;
  readonly onClose: () => void;
}

/** The total progress, with buttons to start, pause and finish. */
export function UploadActions({ files, workspace, onClose }: UploadActionsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { done, total } = totalProgress(files);
  const busy = isBusy(files);
  const finish = () => {
    uploads.clear();
    onClose();
  };
  return (
    <Stack gap="xs">
      {(busy || done > 0) && (
        <>
          <Progress
            value={total === 0 ? 0 : (done / total) * 100}
            aria-label={t('upload.totalProgress')}
            size="xl"
          />
          <Text size="sm" c="dimmed" role="status">
            {t('upload.total', { done: format.bytes(done), total: format.bytes(total) })}
          </Text>
        </>
      )}
      {busy && (
        <Text size="sm" c="dimmed">
          {t('upload.mayClose')}
        </Text>
      )}
      <Group justify="flex-end">
        {isFinished(files) ? (
          <Button onClick={finish}>{t('upload.done')}</Button>
        ) : busy ? (
          <Button variant="default" onClick={() => uploads.pause()}>
            {t('upload.pause')}
          </Button>
        ) : (
          <StartButtons files={files} workspace={workspace} onCancel={finish} />
        )}
      </Group>
    </Stack>
  );
}

interface StartButtonsProps {
  readonly files: readonly FileUpload[];
  readonly workspace: string | undefined;
  readonly onCancel: () => void;
}

function StartButtons({ files, workspace, onCancel }: StartButtonsProps) {
  const { t } = useTranslation();
  const left = files
    .flatMap(({ images }) => images)
    .filter(({ isChosen, status }) => isChosen && status !== 'pushed');
  const names = left.map(({ image, tags }) => ({
    workspace: workspace ?? '',
    image,
    tags: splitTags(tags),
  }));
  const addresses = names.flatMap(({ image, tags }) => tags.map((tag) => `${image}:${tag}`));
  const isTwice = new Set(addresses).size < addresses.length;
  const isReady = workspace && left.length > 0 && names.every(isDestination) && !isTwice;
  const isStopped = left.some(({ status }) => status === 'paused' || status === 'failed');
  return (
    <>
      {isTwice && (
        <Text size="sm" c="red" role="alert">
          {t('upload.sameName')}
        </Text>
      )}
      <Button variant="default" onClick={onCancel}>
        {t('common.cancel')}
      </Button>
      <Button disabled={!isReady} onClick={() => workspace && uploads.start(workspace)}>
        {isStopped ? t('upload.resume') : t('upload.start')}
      </Button>
    </>
  );
}
