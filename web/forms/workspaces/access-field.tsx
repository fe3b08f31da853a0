import { Group, Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AccessLevel } from '../../api/workspaces.ts';
import { AccessBadge } from '../../ui/access-badge.tsx';

interface AccessFieldProps {
  readonly value: AccessLevel;
  readonly onChange: (value: AccessLevel) => void;
  /** Whether the user may make it public. */
  readonly mayPublish?: boolean;
}

/** Chooses who may see a workspace, with an explanation of each choice. */
export function AccessField({ value, onChange, mayPublish = true }: AccessFieldProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={t('workspaces.access')}
      value={value}
      onChange={(next) => onChange(next as AccessLevel)}
    >
      <Stack gap="xs" mt={4}>
        <Choice access="private" text={t('workspaces.privateMeans')} />
        <Choice
          access="public"
          text={t(mayPublish ? 'workspaces.publicMeans' : 'workspaces.publicReserved')}
          disabled={!mayPublish}
        />
      </Stack>
    </Radio.Group>
  );
}

interface ChoiceProps {
  readonly access: AccessLevel;
  readonly text: string;
  readonly disabled?: boolean;
}

function Choice({ access, text, disabled = false }: ChoiceProps) {
  return (
    <Radio.Card value={access} p="sm" disabled={disabled}>
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
