import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ForeignText } from '../foreign-text.tsx';

/** Names that are listed; the rest is counted. */
const SHOWN = 6;

/** The names of what a dialog is about to change. */
export function NameList({ names }: { readonly names: readonly string[] }) {
  const { t } = useTranslation();
  const rest = names.length - SHOWN;
  return (
    <>
      <List>
        {names.slice(0, SHOWN).map((name) => (
          <List.Item key={name} fw={600}>
            <ForeignText text={name} isBrief />
          </List.Item>
        ))}
      </List>
      {rest > 0 && <Text c="dimmed">{t('ui.andMore', { count: rest })}</Text>}
    </>
  );
}
