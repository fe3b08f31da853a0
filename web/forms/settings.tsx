import { Button, Group, NumberInput, Paper, Stack, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeSettings, type Settings } from '../api/settings.ts';
import { useErrorMessage } from '../api/use-error-message.ts';
import { notifyError, notifyUndo } from '../ui/notices.tsx';
import { FormAlert } from './form-errors.tsx';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** The largest limit of uploads in MiB, and of reading again in GiB. */
const MOST_UPLOAD = MIB;
const MOST_SCRUB = 102_400;

/** The form's own figures: a file is measured in MiB, a day's reading in GiB. */
const toValues = ({ uploadLimitBytes, scrubBytesPerDay, ...rest }: Settings) => ({
  ...rest,
  uploadLimit: uploadLimitBytes / MIB,
  scrub: scrubBytesPerDay / GIB,
});

interface Change {
  readonly before: Settings;
  readonly after: Settings;
}

/** Sets what holds for the whole platform; saved together, with a way back. */
export function SettingsForm({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  // What the API has set may lie between the form's units: it stays as long as nobody changes it.
  const isIn = (least: number, most: number, present: number) => (value: number) =>
    value === present || (Number.isInteger(value) && value >= least && value <= most)
      ? null
      : t('settings.outOfBounds', { least, most });
  const present = toValues(settings);
  const form = useForm({
    initialValues: present,
    validate: {
      trashDays: isIn(0, 365, present.trashDays),
      uploadLimit: isIn(1, MOST_UPLOAD, present.uploadLimit),
      scrub: isIn(0, MOST_SCRUB, present.scrub),
    },
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
  const save = form.onSubmit(({ uploadLimit, scrub, ...rest }) => {
    const bytes = { uploadLimitBytes: uploadLimit * MIB, scrubBytesPerDay: scrub * GIB };
    change.mutate({ before: settings, after: { ...rest, ...bytes } });
  });
  return (
    <form onSubmit={save} noValidate>
      <Stack maw={640}>
        <FormAlert error={change.error} />
        <Paper withBorder p="md">
          <Switch
            label={t('settings.anonymousPull')}
            description={t('settings.anonymousPullText')}
            {...form.getInputProps('anonymousPull', { type: 'checkbox' })}
          />
        </Paper>
        <Paper withBorder p="md">
          <NumberInput
            label={t('settings.trashDays')}
            description={t('settings.trashDaysText')}
            suffix={` ${t('settings.days')}`}
            min={0}
            max={365}
            allowDecimal={false}
            clampBehavior="none"
            maw={400}
            {...form.getInputProps('trashDays')}
          />
        </Paper>
        <Paper withBorder p="md">
          <NumberInput
            label={t('settings.uploadLimit')}
            description={t('settings.uploadLimitText')}
            suffix=" MiB"
            min={1}
            max={MOST_UPLOAD}
            step={1024}
            allowDecimal={false}
            clampBehavior="none"
            maw={400}
            {...form.getInputProps('uploadLimit')}
          />
        </Paper>
        <Paper withBorder p="md">
          <NumberInput
            label={t('settings.scrub')}
            description={t('settings.scrubText')}
            suffix=" GiB"
            min={0}
            max={MOST_SCRUB}
            step={10}
            allowDecimal={false}
            clampBehavior="none"
            maw={400}
            {...form.getInputProps('scrub')}
          />
        </Paper>
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
