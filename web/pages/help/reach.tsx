import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block.tsx';
import { HelpSection, type RegistryProps } from './section.tsx';
import { reach } from './snippets.ts';

/** How to check that a machine can reach the registry. */
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
