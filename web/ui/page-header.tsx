import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { showHidden } from '../../src/domain/hidden-characters.ts';
import { EscapedText } from './foreign-text.tsx';

interface PageHeaderProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** Buttons, the main one last. */
  readonly children?: ReactNode;
}

/** The header of a screen; it also sets the title of the document. */
export function PageHeader({ title, text, children }: PageHeaderProps) {
  useDocumentTitle(`${showHidden(title)} · Orlop`);
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Stack gap={2} style={{ minWidth: 0 }}>
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          <EscapedText text={title} />
        </Title>
        {text && (
          <Text c="dimmed" component="div">
            {text}
          </Text>
        )}
      </Stack>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
