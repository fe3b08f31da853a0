import { SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isRepositoryName } from '../../../src/domain/names.ts';
import { isTag } from '../../upload/suggest-name.ts';
import { isSource, suggest } from './commands.ts';

/** The image's name on the user's machine, and its name here, suggested until it is typed. */
export function usePushNames(firstImage: string | undefined) {
  const [source, setSource] = useState('nginx:latest');
  const [typedImage, setImage] = useState(firstImage);
  const [typedTag, setTag] = useState<string>();
  const image = typedImage ?? suggest(source).image;
  const tag = typedTag ?? suggest(source).tag;
  const areValid = isSource(source) && isImageName(image) && isTag(tag);
  return { source, setSource, image, setImage, tag, setTag, areValid };
}

/** The image's name on the user's machine, and its name and tag here. */
export function NameFields({ names }: { readonly names: ReturnType<typeof usePushNames> }) {
  const { source, setSource, image, setImage, tag, setTag } = names;
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <TextInput
        label={t('push.source')}
        value={source}
        onChange={(event) => setSource(event.currentTarget.value.trim())}
        error={isSource(source) ? null : t('push.sourceInvalid')}
        {...PLAIN}
      />
      <TextInput
        label={t('push.image')}
        value={image}
        onChange={(event) => setImage(event.currentTarget.value.trim())}
        error={isImageName(image) ? null : t('push.imageInvalid')}
        {...PLAIN}
      />
      <TextInput
        label={t('push.tag')}
        value={tag}
        onChange={(event) => setTag(event.currentTarget.value.trim())}
        error={isTag(tag) ? null : t('push.tagInvalid')}
        {...PLAIN}
      />
    </SimpleGrid>
  );
}

const isImageName = (text: string) => isRepositoryName(`any/${text}`);

/** Names are not words: keyboards must not correct them. */
const PLAIN = { spellCheck: false, autoCapitalize: 'none', autoCorrect: 'off' } as const;
