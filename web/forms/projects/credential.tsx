import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEye, IconEyeOff, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../api/projects.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { RotateCredential } from './rotate-credential.tsx';

interface CredentialPanelProps {
  readonly project: { readonly id: number; readonly name: string };
  readonly credential: Credential;
  readonly isShown: boolean;
  readonly onToggle: () => void;
  /** Whether the user may replace it. */
  readonly canRotate: boolean;
}

/** Replaces a hidden password; of fixed length, so that it reveals nothing. */
export const HIDDEN = '••••••••••••';

/** A project's user name and password for clients: to copy, to show, and to replace. */
export function CredentialPanel(props: CredentialPanelProps) {
  const { project, credential, isShown, onToggle, canRotate } = props;
  const { t } = useTranslation();
  const [isAsking, question] = useDisclosure(false);
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('credential.title')}>
      <Stack gap={4}>
        <Value label={t('credential.username')} value={credential.username} />
        <Value
          label={t('credential.password')}
          value={credential.password}
          shown={isShown ? credential.password : HIDDEN}
        />
        <Group gap="xs" mt={4}>
          <Button
            size="compact-sm"
            variant="light"
            leftSection={isShown ? <IconEyeOff size={16} /> : <IconEye size={16} />}
            onClick={onToggle}
          >
            {t(isShown ? 'credential.hide' : 'credential.show')}
          </Button>
          {canRotate && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              leftSection={<IconRefresh size={16} />}
              onClick={question.open}
            >
              {t('credential.rotateAsk')}
            </Button>
          )}
        </Group>
      </Stack>
      <RotateCredential opened={isAsking} onClose={question.close} project={project} />
    </Paper>
  );
}

interface ValueProps {
  readonly label: string;
  readonly value: string;
  readonly shown?: string;
}

function Value({ label, value, shown }: ValueProps) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed" w={88} style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Text size="sm" className="mono" style={{ minWidth: 0 }}>
        {shown ?? value}
      </Text>
      <CopyButton value={value} label={label} />
    </Group>
  );
}
