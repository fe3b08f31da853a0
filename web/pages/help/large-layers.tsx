import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block.tsx';
import { HelpSection, type PlacedProps } from './section.tsx';
import { orlopPush, orlopRelay } from './snippets.ts';

/** Layers that are larger than the edge takes in one request. */
export function LargeLayers({ place }: PlacedProps) {
  const { t } = useTranslation();
  return (
    <HelpSection topic="large">
      <Text>{t('help.largeText')}</Text>
      <Text>{t('help.largePage')}</Text>
      <Text>{t('help.largePush')}</Text>
      <CodeBlock title="orlop push" code={orlopPush(place)} />
      <Text>{t('help.largeRelay')}</Text>
      <CodeBlock title="orlop relay" code={orlopRelay(place)} />
    </HelpSection>
  );
}
