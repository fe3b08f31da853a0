import { Alert, Badge, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/format.ts';
import type { Destination } from '../../upload/protocol.ts';
import { isDestination, splitTags } from '../../upload/suggest-name.ts';
import { uploads } from '../../upload/upload-center.ts';
import type { ImageEdit, ImageUpload } from '../../upload/upload-state.ts';
import { ImageProgress } from './image-progress.tsx';
import { OverwriteWarning } from './overwrite-warning.tsx';
import { useFailureMessage } from './use-failure-message.ts';

interface ImageFieldsProps {
  readonly image: ImageUpload;
  readonly workspace: string | undefined;
  /** Whether it is the only image of the file. */
  readonly isOnly: boolean;
}

/** An image of a file: its summary, its name here, and its progress. */
export function ImageFields({ image, workspace, isOnly }: ImageFieldsProps) {
  const { t } = useTranslation();
  const message = useFailureMessage();
  const { summary, isChosen, status } = image;
  const isLocked = status === 'sending' || status === 'pushed';
  const edit = (change: ImageEdit) => uploads.edit(image.id, change);
  const to = { workspace: workspace ?? '', image: image.image, tags: splitTags(image.tags) };
  return (
    <Stack gap="xs">
      <Summary image={image} />
      {!isOnly && (
        <Checkbox
          label={t('upload.include', { name: summary.names.join(', ') || summary.id })}
          checked={isChosen}
          disabled={isLocked}
          onChange={(event) => edit({ isChosen: event.currentTarget.checked })}
        />
      )}
      {isChosen && <NameFields to={to} tags={image.tags} isLocked={isLocked} onEdit={edit} />}
      {isChosen &&
        isDestination(to) &&
        workspace &&
        !isLocked &&
        to.tags.map((tag) => <OverwriteWarning key={tag} to={{ ...to, workspace, tag }} />)}
      {image.failure && (
        <Alert color="red" role="alert">
          {message(image.failure)}
        </Alert>
      )}
      {isChosen && image.to && <ImageProgress image={image} />}
    </Stack>
  );
}

interface NameFieldsProps {
  readonly to: Destination;
  /** As they are typed. */
  readonly tags: string;
  readonly isLocked: boolean;
  readonly onEdit: (change: ImageEdit) => void;
}

function NameFields({ to, tags, isLocked, onEdit }: NameFieldsProps) {
  const { t } = useTranslation();
  return (
    <Group grow align="flex-start" preventGrowOverflow={false}>
      <TextInput
        label={t('upload.image')}
        value={to.image}
        disabled={isLocked}
        error={isDestination({ ...to, tags: ['any'] }) ? null : t('upload.imageInvalid')}
        onChange={(event) => onEdit({ image: event.currentTarget.value.trim() })}
        spellCheck={false}
        autoCapitalize="none"
      />
      <TextInput
        label={t('upload.tag')}
        description={t('upload.tagsHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={tags}
        disabled={isLocked}
        error={isDestination({ ...to, image: 'any' }) ? null : t('upload.tagInvalid')}
        onChange={(event) => onEdit({ tags: event.currentTarget.value.trimStart() })}
        spellCheck={false}
        autoCapitalize="none"
      />
    </Group>
  );
}

function Summary({ image: { summary, unusable } }: { readonly image: ImageUpload }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { names, platforms, missingPlatforms, layers, referrers, size } = summary;
  return (
    <>
      <Group gap="xs">
        {platforms.map((platform) => (
          <Badge key={platform} variant="light" tt="none">
            {platform}
          </Badge>
        ))}
        <Text size="sm" c="dimmed">
          {[
            names.join(', '),
            // Two images may have the same name.
            summary.id.slice(0, 19),
            t('upload.layers', { count: layers.length }),
            format.bytes(size),
            referrers > 0 && t('upload.referrers', { count: referrers }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Group>
      {missingPlatforms.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('upload.missingPlatforms', { platforms: missingPlatforms.join(', ') })}
        </Text>
      )}
      {unusable.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('upload.unusableNames', { names: unusable.join(', ') })}
        </Text>
      )}
    </>
  );
}
