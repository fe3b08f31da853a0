import { Center, Group, Paper, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Appearance } from './appearance.tsx';

interface EntranceProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** The frame of the screens before the sign-in. */
export function Entrance({ title, children }: EntranceProps) {
  const { t } = useTranslation();
  useDocumentTitle(`${title} · Orlop`);
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder shadow="sm" p="lg" w="100%" maw={420}>
        <Group justify="space-between" mb="xl" wrap="nowrap">
          <Group gap={10} wrap="nowrap">
            <img src="/icon.svg" alt="" width={36} height={36} />
            <div>
              <Text fw={700} lh={1.2}>
                Orlop
              </Text>
              <Text size="xs" c="dimmed" lh={1.2}>
                {t('common.product')}
              </Text>
            </div>
          </Group>
          <Appearance />
        </Group>
        <Title order={1} size="h3" mb="md">
          {title}
        </Title>
        {children}
      </Paper>
    </Center>
  );
}
