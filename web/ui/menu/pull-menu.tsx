import { ActionIcon, Menu } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../copy-text.ts';
import { PULL_CLIENTS } from '../pull-clients.ts';
import { type Pull, pullCommands } from '../pull-commands.ts';

/** Copies the command by which a client of one's choice pulls. */
export function PullMenu({ pull }: { readonly pull: Pull }) {
  const { t } = useTranslation();
  const commands = pullCommands(pull);
  return (
    <Menu position="bottom-end" returnFocus>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('image.copyPull', { name: pull.reference })}
        >
          <IconTerminal2 size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('image.copyPullFor')}</Menu.Label>
        {PULL_CLIENTS.map(({ client, label }) => (
          <Menu.Item
            key={client}
            onClick={() =>
              void copyText(commands[client], t('image.pullCopied', { client: label }))
            }
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
