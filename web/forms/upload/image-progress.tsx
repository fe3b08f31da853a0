import { Accordion, Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/format.ts';
import type { ImageUpload } from '../../upload/upload-state.ts';

/** The progress of an image, as a whole and by layer. */
export function ImageProgress({ image }: { readonly image: ImageUpload }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { summary, status, done, perSecond, blobs } = image;
  const isDone = status === 'pushed';
  const share = isDone || summary.size === 0 ? 1 : done / summary.size;
  const left = perSecond ? Math.ceil((summary.size - done) / perSecond) : null;
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm">{t(`upload.status.${status}`)}</Text>
        {status === 'sending' && perSecond !== null && left !== null && (
          <Text size="sm" c="dimmed">
            {t('upload.speed', { speed: format.bytes(perSecond), left: format.seconds(left) })}
          </Text>
        )}
      </Group>
      <Progress
        value={share * 100}
        color={isDone ? 'teal' : 'sea'}
        aria-label={t('upload.progress')}
        size="lg"
      />
      <Accordion variant="default" chevronPosition="left">
        <Accordion.Item value="layers">
          <Accordion.Control>
            <Text size="sm">{t('upload.layers', { count: summary.layers.length })}</Text>
          </Accordion.Control>
          <Accordion.Panel>
            {summary.layers.map(({ key, size }) => (
              <Group key={key} wrap="nowrap" gap="sm">
                <code>{key.slice(0, 19)}</code>
                <Progress
                  flex={1}
                  value={layerShare(blobs[key], size, isDone)}
                  aria-label={t('upload.layerProgress', { digest: key.slice(0, 19) })}
                />
                <Text size="sm" c="dimmed" w={110} ta="right">
                  {blobs[key] ? t(`upload.phase.${blobs[key].phase}`) : format.bytes(size)}
                </Text>
              </Group>
            ))}
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}

function layerShare(blob: ImageUpload['blobs'][string] | undefined, size: number, isDone: boolean) {
  if (isDone) return 100;
  if (!blob || size === 0) return 0;
  const isThere = blob.phase === 'exists' || blob.phase === 'mounted' || blob.phase === 'sent';
  return isThere ? 100 : (blob.done / size) * 100;
}
