import { Checkbox, MultiSelect, Select, Skeleton, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DAY_MS } from '../../../src/domain/time.ts';
import { useMe } from '../../api/session.ts';
import { settingsQuery } from '../../api/settings.ts';
import { createToken, type MadeToken, type NewToken } from '../../api/tokens.ts';
import { workspaceNamesQuery } from '../../api/workspaces.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { RIGHT_NAMES } from '../../ui/right-names.ts';
import { FormDialog } from '../form-dialog.tsx';

type Right = keyof typeof RIGHT_NAMES;

/** What each right allows, as the key of its text. */
const MEANINGS = {
  read: 'tokens.readMay',
  write: 'tokens.writeMay',
  delete: 'tokens.deleteMay',
} as const satisfies Record<Right, string>;

/** The lifetimes of a token in days, each with the key of its text. */
const LIFETIMES = {
  7: 'tokens.week',
  30: 'tokens.month',
  90: 'tokens.quarter',
  365: 'tokens.year',
} as const;

/** The lifetime that is chosen at first, in days. */
const USUAL = '90';

/** The choice of the longest lifetime that the settings allow. */
const LONGEST = '0';

const START = {
  name: '',
  rights: ['read'] as Right[],
  workspaces: [] as string[],
  expiresAt: USUAL,
};

interface TokenFormProps extends DialogState {
  readonly onMade: (made: MadeToken) => void;
}

/** Asks for the name, the rights and the lifetime of an access token, and creates it. */
export function TokenForm({ onMade, ...dialog }: TokenFormProps) {
  const { t } = useTranslation();
  const { data: settings } = useQuery(settingsQuery);
  const most = settings?.tokenLifetimeDays ?? 0;
  const expiresAt = Number(USUAL) < most ? USUAL : LONGEST;
  return (
    <FormDialog
      {...dialog}
      size="lg"
      title={t('tokens.create')}
      waiting={!settings && <Skeleton height={560} />}
      form={{
        initialValues: { ...START, expiresAt },
        validate: {
          name: (name) => (name.trim() === '' ? t('common.nameMissing') : null),
          rights: (rights) => (rights.length === 0 ? t('tokens.rightMissing') : null),
        },
      }}
      action={t('common.create')}
      submit={(values) => createToken(toToken(values))}
      onDone={onMade}
    >
      {(form) => <TokenFields form={form} most={most} />}
    </FormDialog>
  );
}

interface FieldsProps {
  readonly form: UseFormReturnType<typeof START>;
}

interface LifetimeProps extends FieldsProps {
  /** The longest lifetime, in days. */
  readonly most: number;
}

function TokenFields({ form, most }: LifetimeProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t('common.name')}
        description={t('tokens.nameHint')}
        required
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <Checkbox.Group label={t('tokens.rights')} required {...form.getInputProps('rights')}>
        <Stack gap="xs" mt={4}>
          {(Object.keys(MEANINGS) as Right[]).map((right) => (
            <Checkbox
              key={right}
              value={right}
              label={t(RIGHT_NAMES[right])}
              description={t(MEANINGS[right])}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <WorkspacesField form={form} />
      <LifetimeField form={form} most={most} />
    </>
  );
}

function LifetimeField({ form, most }: LifetimeProps) {
  const { t } = useTranslation();
  const shorter = Object.entries(LIFETIMES).filter(([days]) => Number(days) < most);
  return (
    <Select
      label={t('tokens.expires')}
      allowDeselect={false}
      data={[
        ...shorter.map(([value, key]) => ({ value, label: t(key) })),
        { value: LONGEST, label: t('tokens.longest', { count: most }) },
      ]}
      {...form.getInputProps('expiresAt')}
    />
  );
}

function WorkspacesField({ form }: FieldsProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: workspaces = [] } = useQuery(workspaceNamesQuery(me));
  return (
    <MultiSelect
      label={t('common.workspaces')}
      description={t('tokens.workspacesHint')}
      placeholder={form.values.workspaces.length === 0 ? t('tokens.everywhere') : ''}
      data={workspaces}
      searchable
      clearable
      maxValues={100}
      nothingFoundMessage={t('push.nothingFound')}
      {...form.getInputProps('workspaces')}
    />
  );
}

function toToken({ name, rights, workspaces, expiresAt }: typeof START): NewToken {
  const days = Number(expiresAt);
  return {
    name: name.trim(),
    rights,
    workspaces: workspaces.length === 0 ? null : workspaces,
    expiresAt: expiresAt === LONGEST ? null : new Date(Date.now() + days * DAY_MS).toISOString(),
  };
}
