import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  PRESET_NAMES,
  PRESETS,
  type PresetName,
} from '../../../src/domain/triggers/presets/presets.ts';
import { changeTrigger, createTrigger, type Trigger } from '../../api/triggers.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { ActionFields, RuleFields } from './fields.tsx';
import { startValues, toActionValues, toRules, toValues } from './values.ts';

const FIRST_PRESET: PresetName = 'cloudevents';

interface TriggerFormProps extends DialogState {
  readonly projectId: number;
  /** Absent: a new one is made. */
  readonly trigger?: Trigger | undefined;
  /** The workspace that a new one is for, empty: all. */
  readonly workspace: string;
  /** Called when it is saved, with the signing secret of a new one. */
  readonly onSaved: (name: string, signingSecret: string | null) => void;
}

/** Creates or changes a trigger. A preset fills the request, which can be edited. */
export function TriggerForm(props: TriggerFormProps) {
  const { projectId, trigger, workspace, onSaved, ...dialog } = props;
  const { t } = useTranslation();
  return (
    <FormDialog
      {...dialog}
      size="xl"
      asksBeforeLoss
      title={trigger ? t('triggers.edit', { name: trigger.name }) : t('triggers.create')}
      form={{
        initialValues: trigger ? toValues(trigger) : startValues(FIRST_PRESET, workspace),
        validate: {
          name: (name) => (name.trim() === '' ? t('common.nameMissing') : null),
          events: (events) => (events.length === 0 ? t('triggers.eventMissing') : null),
        },
      }}
      action={trigger ? t('common.save') : t('common.create')}
      submit={async (values) => {
        const rules = toRules(values);
        if (!trigger) return await createTrigger(projectId, rules);
        await changeTrigger(projectId, trigger.id, rules);
        return null;
      }}
      onDone={(secret, { name }) => onSaved(name.trim(), secret)}
    >
      {(form) => (
        <>
          <RuleFields form={form} />
          <Select
            label={t('triggers.preset')}
            description={t('triggers.presetText')}
            placeholder={t('triggers.presetChoice')}
            defaultValue={trigger ? null : FIRST_PRESET}
            data={PRESET_NAMES.map((value) => ({ value, label: t(`triggers.presets.${value}`) }))}
            allowDeselect={false}
            onChange={(name) => {
              if (name === null) return;
              form.setFieldValue('action', toActionValues(PRESETS[name as PresetName].action));
            }}
          />
          <ActionFields form={form} hasSecret={trigger?.hasSecret ?? false} />
        </>
      )}
    </FormDialog>
  );
}
