import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegistryAddress } from './snippets.ts';
import { TOPICS, type Topic } from './topics.ts';

/** Props of a section that shows the registry's address. */
export interface RegistryProps {
  readonly registry: RegistryAddress;
}

interface SectionProps {
  readonly topic: Topic;
  readonly children: ReactNode;
}

/** A section of Help, whose heading can be linked to. */
export function HelpSection({ topic, children }: SectionProps) {
  const { t } = useTranslation();
  return (
    <section id={topic} aria-labelledby={`${topic}-title`}>
      <Stack gap="sm">
        <Title order={2} size="h3" id={`${topic}-title`}>
          {t(TOPICS[topic])}
        </Title>
        {children}
      </Stack>
    </section>
  );
}
