import { Button, Group, NumberInput, Paper, Stack, Switch } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { SETTING_BOUNDS } from '../../src/domain/settings.ts';
import { changeSettings, type Settings } from '../api/settings.ts';
import { useErrorMessage } from '../api/use-error-message.ts';
import { notifyError, notifyUndo } from '../ui/notices.tsx';
import { FormAlert } from './form-errors.tsx';

const MIB = 1024 * 1024;

type NumberName = keyof typeof SETTING_BOUNDS;

/** The settings that are numbers: the form shows multiples of `unit`; its arrows add `step`. */
const NUMBERS = {
  trashDays: {
    label: 'settings.trashDays',
    text: 'settings.trashDaysText',
    suffix: 'days',
    unit: 1,
    step: 1,
  },
  uploadLimitBytes: {
    label: 'settings.uploadLimit',
    text: 'settings.uploadLimitText',
    suffix: 'MiB',
    unit: MIB,
    step: 1024,
  },
  scrubBytesPerDay: {
    label: 'settings.scrub',
    text: 'settings.scrubText',
    suffix: 'GiB',
    unit: 1024 * MIB,
    step: 10,
  },
  tokenLifetimeDays: {
    label: 'settings.tokenLifetime',
    text: 'settings.tokenLifetimeText',
    suffix: 'days',
    unit: 1,
    step: 30,
  },
  sessionLifetimeDays: {
    label: 'settings.sessionLifetime',
    text: 'settings.sessionLifetimeText',
    suffix: 'days',
    unit: 1,
    step: 30,
  },
} as const satisfies Record<NumberName, object>;

const NAMES = Object.keys(NUMBERS) as NumberName[];

/** Minimum and maximum of a number, in its unit. */
function boundsOf(name: NumberName): { readonly least: number; readonly most: number } {
  const [least, most] = SETTING_BOUNDS[name];
  const { unit } = NUMBERS[name];
  return { least: least / unit, most: most / unit };
}

/** Convert settings to the units of the form, and back. */
const toValues = (settings: Settings) => scale(settings, (value, unit) => value / unit);
const toSettings = (values: Settings) => scale(values, (value, unit) => value * unit);

function scale(settings: Settings, change: (value: number, unit: number) => number): Settings {
  const numbers = NAMES.map((name) => [name, change(settings[name], NUMBERS[name].unit)]);
  return { ...settings, ...Object.fromEntries(numbers) };
}

/** The settings of the platform: saved together, and undone together. */
export function SettingsForm({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation();
  const { form, change } = useSettingsForm(settings);
  const save = form.onSubmit((values) =>
    change.mutate({ before: settings, after: toSettings(values) }),
  );
  return (
    <form onSubmit={save} noValidate>
      <Stack maw={640}>
        <FormAlert error={change.error} />
        {(['anonymousPull', 'layerUrls', 'triggerHttp'] as const).map((name) => (
          <Paper key={name} withBorder p="md">
            <Switch
              label={t(`settings.${name}`)}
              description={t(`settings.${name}Text`)}
              {...form.getInputProps(name, { type: 'checkbox' })}
            />
          </Paper>
        ))}
        {NAMES.map((name) => (
          <NumberSetting key={name} name={name} form={form} />
        ))}
        <Group>
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            {t('common.save')}
          </Button>
          <Button variant="default" onClick={form.reset} disabled={!form.isDirty()}>
            {t('settings.discard')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface Change {
  readonly before: Settings;
  readonly after: Settings;
}

function useSettingsForm(settings: Settings) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const present = toValues(settings);
  // A value set by the API may lie between the form's units: it is valid until it is changed.
  const check = (name: NumberName) => (value: number) => {
    const { least, most } = boundsOf(name);
    const isIn = Number.isInteger(value) && value >= least && value <= most;
    return isIn || value === present[name] ? null : t('settings.outOfBounds', { least, most });
  };
  const form = useForm({
    initialValues: present,
    validate: Object.fromEntries(NAMES.map((name) => [name, check(name)])),
  });
  const show = (now: Settings) => {
    form.setInitialValues(toValues(now));
    form.setValues(toValues(now));
  };
  const goBack = (before: Settings) =>
    void changeSettings(before).then(
      () => show(before),
      (error) => notifyError(message(error)),
    );
  const change = useMutation({
    mutationFn: ({ after }: Change) => changeSettings(after),
    onSuccess: (_, { before, after }) => {
      show(after);
      notifyUndo(t('settings.saved'), () => goBack(before));
    },
  });
  return { form, change };
}

interface NumberSettingProps {
  readonly name: NumberName;
  readonly form: UseFormReturnType<Settings>;
}

function NumberSetting({ name, form }: NumberSettingProps) {
  const { t } = useTranslation();
  const { label, text, suffix, step } = NUMBERS[name];
  const { least, most } = boundsOf(name);
  return (
    <Paper withBorder p="md">
      <NumberInput
        label={t(label)}
        description={t(text)}
        suffix={` ${suffix === 'days' ? t('settings.days') : suffix}`}
        min={least}
        max={most}
        step={step}
        allowDecimal={false}
        clampBehavior="none"
        maw={400}
        {...form.getInputProps(name)}
      />
    </Paper>
  );
}
