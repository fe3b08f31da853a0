import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block.tsx';
import { HelpSection, type RegistryProps } from './section.tsx';
import { orlopPush, orlopRelay } from './snippets.ts';

/** Layers larger than the edge accepts in one request. */
export function LargeLayers({ registry }: RegistryProps) {
  const { t } = useTranslation();
  return (
    <HelpSection topic="large">
      <Text>{t('help.largeText')}</Text>
      <Text>{t('help.largePage')}</Text>
      <Text>{t('help.largePush')}</Text>
      <CodeBlock title="orlop push" code={orlopPush(registry)} />
      <Text>{t('help.largeRelay')}</Text>
      <CodeBlock title="orlop relay" code={orlopRelay(registry)} />
    </HelpSection>
  );
}
