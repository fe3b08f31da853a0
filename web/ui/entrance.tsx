import { Center, Group, Menu, Paper, Title, UnstyledButton } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language, setLanguage } from '../locales/start.ts';

/** The frame of screens before somebody is signed in. */
export function Entrance({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  useDocumentTitle(`${title} · Orlop`);
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder shadow="sm" p="lg" w="100%" maw={400}>
        <Group justify="space-between" mb="lg">
          <Group gap={8}>
            <img src="/icon.svg" alt="" width={28} height={28} />
            <strong>Orlop</strong>
          </Group>
          <Menu position="bottom-end">
            <Menu.Target>
              <UnstyledButton aria-label={t('common.language')}>
                {LANGUAGES[i18n.language as Language] ?? LANGUAGES.en}
              </UnstyledButton>
            </Menu.Target>
            <Menu.Dropdown>
              {Object.entries(LANGUAGES).map(([code, label]) => (
                <Menu.Item
                  key={code}
                  lang={code}
                  onClick={() => void setLanguage(code as Language)}
                >
                  {label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </Group>
        <Title order={1} size="h3" mb="md">
          {title}
        </Title>
        {children}
      </Paper>
    </Center>
  );
}
