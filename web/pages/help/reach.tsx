import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block.tsx';
import { HelpSection, type PlacedProps } from './section.tsx';
import { reach } from './snippets.ts';

/** The first thing to look at: whether the machine gets here at all. */
export function Reach({ place }: PlacedProps) {
  const { t } = useTranslation();
  return (
    <HelpSection topic="reach">
      <Text>{t('help.reachText', { name: place.name })}</Text>
      <CodeBlock title={t('help.onMachine')} code={reach(place)} />
      <Text>{t('help.reachAnswer')}</Text>
    </HelpSection>
  );
}
