import { Checkbox, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session.ts';
import { createToken, type MadeToken, type NewToken } from '../../api/tokens.ts';
import { workspaceNamesQuery } from '../../api/workspaces.ts';
import { DialogActions } from '../../ui/dialog/actions.tsx';
import { RIGHT_NAMES } from '../../ui/right-names.ts';
import { FormAlert } from '../form-alert.tsx';
import { useFieldError } from '../use-field-error.ts';

type Right = keyof typeof RIGHT_NAMES;

/** What each right is for, by the key of the sentence that says it. */
const MEANINGS = {
  read: 'tokens.readMay',
  write: 'tokens.writeMay',
  delete: 'tokens.deleteMay',
} as const satisfies Record<Right, string>;

const DAY = 24 * 60 * 60 * 1000;
/** How many days a token can last, with the key of what that is called. */
const LIFETIMES = {
  7: 'tokens.week',
  30: 'tokens.month',
  90: 'tokens.quarter',
  365: 'tokens.year',
  0: 'tokens.forEver',
} as const;

const START = {
  name: '',
  rights: ['read'] as Right[],
  workspaces: [] as string[],
  expiresAt: '90',
};

interface TokenFormProps {
  readonly onCancel: () => void;
  readonly onMade: (made: MadeToken) => void;
}

/** Asks what an access token is for. */
export function TokenForm({ onCancel, onMade }: TokenFormProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: workspaces = [] } = useQuery(workspaceNamesQuery(me));
  const form = useForm({
    initialValues: START,
    validate: {
      name: (name) => (name.trim() === '' ? t('common.nameMissing') : null),
      rights: (rights) => (rights.length === 0 ? t('tokens.rightMissing') : null),
    },
  });
  const showFieldError = useFieldError(form);
  const create = useMutation({
    mutationFn: (values: typeof START) => createToken(toToken(values)),
    onSuccess: onMade,
    onError: showFieldError,
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack>
        <FormAlert error={create.error} values={form.values} />
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
        <Select
          label={t('tokens.expires')}
          allowDeselect={false}
          data={Object.entries(LIFETIMES).map(([value, key]) => ({ value, label: t(key) }))}
          {...form.getInputProps('expiresAt')}
        />
        <DialogActions label={t('common.create')} onCancel={onCancel} isBusy={create.isPending} />
      </Stack>
    </form>
  );
}

function toToken({ name, rights, workspaces, expiresAt }: typeof START): NewToken {
  const days = Number(expiresAt);
  return {
    name: name.trim(),
    rights,
    workspaces: workspaces.length === 0 ? null : workspaces,
    expiresAt: days === 0 ? null : new Date(Date.now() + days * DAY).toISOString(),
  };
}
