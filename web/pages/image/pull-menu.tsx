import { ActionIcon } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../../ui/copy-text.ts';
import { EntryMenu } from '../../ui/menu/entry-menu.tsx';
import { type Pull, pullCommands } from '../../ui/pull-commands.ts';

/** The clients that images are pulled with, by their own names. */
const CLIENTS = [
  { client: 'docker', label: 'Docker' },
  { client: 'containerd', label: 'containerd (ctr)' },
  { client: 'podman', label: 'Podman' },
  { client: 'kubernetes', label: 'Kubernetes: image' },
  { client: 'pod', label: 'Kubernetes: Pod' },
] as const;

/** Copies the command by which a client of the user's choice pulls. */
export function PullMenu({ pull }: { readonly pull: Pull }) {
  const { t } = useTranslation();
  const commands = pullCommands(pull);
  const entries = CLIENTS.map(({ client, label }) => ({
    label,
    onChoose: () => void copyText(commands[client], t('image.pullCopied', { client: label })),
  }));
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={t('image.copyPull', { name: pull.reference })}
    >
      <IconTerminal2 size={18} />
    </ActionIcon>
  );
  return <EntryMenu button={button} title={t('image.copyPullFor')} entries={entries} />;
}
