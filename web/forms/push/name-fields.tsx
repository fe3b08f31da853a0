import { SimpleGrid, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isImageName, isSource, isTag } from './commands.ts';

interface NameFieldsProps {
  readonly source: string;
  readonly onSource: (source: string) => void;
  readonly image: string;
  readonly onImage: (image: string) => void;
  readonly tag: string;
  readonly onTag: (tag: string) => void;
}

/** Which image of the machine, and what it is called here. */
export function NameFields(props: NameFieldsProps) {
  const { source, onSource, image, onImage, tag, onTag } = props;
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <TextInput
        label={t('push.source')}
        value={source}
        onChange={(event) => onSource(event.currentTarget.value.trim())}
        error={isSource(source) ? null : t('push.sourceInvalid')}
        {...PLAIN}
      />
      <TextInput
        label={t('push.image')}
        value={image}
        onChange={(event) => onImage(event.currentTarget.value.trim())}
        error={isImageName(image) ? null : t('push.imageInvalid')}
        {...PLAIN}
      />
      <TextInput
        label={t('push.tag')}
        value={tag}
        onChange={(event) => onTag(event.currentTarget.value.trim())}
        error={isTag(tag) ? null : t('push.tagInvalid')}
        {...PLAIN}
      />
    </SimpleGrid>
  );
}

/** Names are neither words nor sentences: no keyboard corrects them. */
const PLAIN = { spellCheck: false, autoCapitalize: 'none', autoCorrect: 'off' } as const;
