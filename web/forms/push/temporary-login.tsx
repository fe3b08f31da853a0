import { Alert, Button, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createTemporaryLogin } from '../../api/account.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import { FormAlert } from '../form-errors.tsx';

/** The lifetimes in hours, each with the key of its text. */
const LIFETIMES = { 1: 'push.hour', 24: 'push.day', 168: 'push.week' } as const;

/** Makes commands that log another machine in with the rights of the user, for a while. */
export function LoginMaker() {
  const { t } = useTranslation();
  const [hours, setHours] = useState<string>('24');
  const creation = useMutation({ mutationFn: () => createTemporaryLogin(Number(hours)) });
  const label = t('push.temporaryLogin');
  return (
    <Paper withBorder p="sm" component="section" aria-label={label}>
      <Stack gap="sm">
        <div>
          <Text fw={500}>{label}</Text>
          <Text size="sm" c="dimmed">
            {t('push.temporaryText')}
          </Text>
        </div>
        <FormAlert error={creation.error} />
        <Group align="flex-end" gap="xs">
          <Select
            label={t('push.validFor')}
            allowDeselect={false}
            w={140}
            data={Object.entries(LIFETIMES).map(([value, key]) => ({ value, label: t(key) }))}
            value={hours}
            onChange={(value) => value && setHours(value)}
          />
          <Button variant="default" loading={creation.isPending} onClick={() => creation.mutate()}>
            {t('push.makeLogin')}
          </Button>
        </Group>
        {creation.data && <Commands commands={creation.data.commands} />}
      </Stack>
    </Paper>
  );
}

function Commands({ commands }: { readonly commands: Readonly<Record<string, string>> }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Alert color="yellow">{t('common.shownOnce')}</Alert>
      {Object.entries(commands).map(([client, command]) => (
        <div key={client}>
          <Text size="sm" mb={2}>
            {client}
          </Text>
          <CopyLine value={command} label={client} />
        </div>
      ))}
    </Stack>
  );
}
