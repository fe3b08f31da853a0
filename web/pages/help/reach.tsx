import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block.tsx';
import { HelpSection, type RegistryProps } from './section.tsx';
import { reach } from './snippets.ts';

/** The first thing to look at: whether the machine gets here at all. */
export function Reach({ registry }: RegistryProps) {
  const { t } = useTranslation();
  return (
    <HelpSection topic="reach">
      <Text>{t('help.reachText', { name: registry.name })}</Text>
      <CodeBlock title={t('help.onMachine')} code={reach(registry)} />
      <Text>{t('help.reachAnswer')}</Text>
    </HelpSection>
  );
}
