import { Button, Group, NumberInput, Stack, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { MAX_KEEP_DAYS } from '../../../src/domain/retention.ts';
import { setUntaggedDays, type Workspace } from '../../api/workspaces.ts';
import { notify } from '../../ui/notices.tsx';
import { FormAlert } from '../form-errors.tsx';

/** Days that untagged content is kept by default. */
const USUAL_DAYS = 30;

interface UntaggedPolicyProps {
  readonly workspace: Pick<Workspace, 'name' | 'untaggedDays'>;
}

/** Sets how long untagged content is kept. */
export function UntaggedPolicy({ workspace }: UntaggedPolicyProps) {
  const { t } = useTranslation();
  const { name, untaggedDays } = workspace;
  const form = useForm({
    initialValues: { isForEver: untaggedDays === null, days: untaggedDays ?? USUAL_DAYS },
  });
  const { isForEver, days } = form.values;
  const change = useMutation({
    mutationFn: () => setUntaggedDays(name, isForEver ? null : Number(days)),
    onSuccess: () => {
      form.resetDirty();
      notify(t('retention.saved', { name }));
    },
  });
  return (
    <form onSubmit={form.onSubmit(() => change.mutate())}>
      <Stack maw={560}>
        <FormAlert error={change.error} />
        <Switch
          label={t('retention.untaggedForEver')}
          {...form.getInputProps('isForEver', { type: 'checkbox' })}
        />
        {!isForEver && (
          <NumberInput
            label={t('retention.untaggedDays')}
            required
            min={1}
            max={MAX_KEEP_DAYS}
            allowDecimal={false}
            {...form.getInputProps('days')}
          />
        )}
        <Group>
          <Button type="submit" disabled={!form.isDirty()} loading={change.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
