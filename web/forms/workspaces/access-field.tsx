import { Group, Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AccessLevel } from '../../api/workspaces.ts';
import { AccessBadge } from '../../ui/access-badge.tsx';

interface AccessFieldProps {
  readonly value: AccessLevel;
  readonly onChange: (value: AccessLevel) => void;
}

/** Chooses who may see a workspace, with an explanation of each choice. */
export function AccessField({ value, onChange }: AccessFieldProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={t('workspaces.access')}
      value={value}
      onChange={(next) => onChange(next as AccessLevel)}
    >
      <Stack gap="xs" mt={4}>
        <Choice access="private" text={t('workspaces.privateMeans')} />
        <Choice access="public" text={t('workspaces.publicMeans')} />
      </Stack>
    </Radio.Group>
  );
}

function Choice({ access, text }: { readonly access: AccessLevel; readonly text: string }) {
  return (
    <Radio.Card value={access} p="sm">
      <Group wrap="nowrap" align="flex-start">
        <Radio.Indicator />
        <div>
          <AccessBadge access={access} />
          <Text size="sm" mt={4}>
            {text}
          </Text>
        </div>
      </Group>
    </Radio.Card>
  );
}
