import {
  Group,
  MultiSelect,
  PasswordInput,
  Select,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { MAX_PATTERNS } from '../../../src/domain/tag-patterns.ts';
import { METHODS } from '../../../src/domain/triggers/action.ts';
import { PLACEHOLDERS } from '../../../src/domain/triggers/placeholders.ts';
import { TRIGGER_EVENTS } from '../../../src/domain/triggers/trigger.ts';
import { useMe } from '../../api/session.ts';
import { workspaceNamesQuery } from '../../api/workspaces.ts';
import type { TriggerValues } from './values.ts';

/** What events are called, as keys of texts. */
const EVENT_NAMES = {
  'image.pushed': 'triggers.imagePushed',
  'version.deleted': 'triggers.versionDeleted',
} as const satisfies Record<(typeof TRIGGER_EVENTS)[number], string>;

interface FieldsProps {
  readonly form: UseFormReturnType<TriggerValues>;
}

const EXACT = { autoComplete: 'off', spellCheck: false } as const;

/** What a trigger is for. */
export function RuleFields({ form }: FieldsProps) {
  const { t } = useTranslation();
  const { data: workspaces = [] } = useQuery(workspaceNamesQuery(useMe()));
  return (
    <>
      <TextInput
        label={t('common.name')}
        required
        data-autofocus
        {...EXACT}
        {...form.getInputProps('name')}
      />
      <Switch
        label={t('triggers.enabled')}
        description={t('triggers.enabledText')}
        {...form.getInputProps('enabled', { type: 'checkbox' })}
      />
      <MultiSelect
        label={t('triggers.events')}
        required
        data={TRIGGER_EVENTS.map((value) => ({ value, label: t(EVENT_NAMES[value]) }))}
        {...form.getInputProps('events')}
      />
      <Select
        label={t('triggers.workspace')}
        data={[{ value: '', label: t('triggers.allWorkspaces') }, ...workspaces]}
        searchable
        allowDeselect={false}
        {...form.getInputProps('workspace')}
      />
      {(['images', 'tags'] as const).map((name) => (
        <TagsInput
          key={name}
          label={t(`triggers.${name}`)}
          description={t(`triggers.${name}Text`)}
          clearable
          maxTags={MAX_PATTERNS}
          splitChars={[',', ' ']}
          {...form.getInputProps(name)}
        />
      ))}
    </>
  );
}

/** The request of a trigger. */
export function ActionFields({ form, hasSecret }: FieldsProps & { readonly hasSecret: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <Group align="flex-start" gap="xs">
        <Select
          label={t('triggers.method')}
          data={[...METHODS]}
          allowDeselect={false}
          w={110}
          {...form.getInputProps('action.method')}
        />
        <TextInput
          label={t('triggers.url')}
          required
          inputMode="url"
          miw={220}
          flex={1}
          {...EXACT}
          {...form.getInputProps('action.url')}
        />
      </Group>
      <Textarea
        label={t('triggers.headers')}
        description={t('triggers.headersText')}
        autosize
        classNames={{ input: 'mono' }}
        {...EXACT}
        {...form.getInputProps('action.headers')}
      />
      <PasswordInput
        label={t('triggers.secret')}
        description={t(hasSecret ? 'triggers.secretStays' : 'triggers.secretText')}
        autoComplete="new-password"
        {...form.getInputProps('secret')}
      />
      <TextInput
        label={t('triggers.contentType')}
        {...EXACT}
        {...form.getInputProps('action.contentType')}
      />
      <Textarea
        label={t('triggers.body')}
        description={t('triggers.bodyText', {
          names: PLACEHOLDERS.map((name) => `{{${name}}}`).join(' '),
        })}
        autosize
        minRows={4}
        maxRows={20}
        classNames={{ input: 'mono' }}
        {...EXACT}
        {...form.getInputProps('action.body')}
      />
      <Switch
        label={t('triggers.latestOnly')}
        description={t('triggers.latestOnlyText')}
        {...form.getInputProps('action.latestOnly', { type: 'checkbox' })}
      />
    </>
  );
}
