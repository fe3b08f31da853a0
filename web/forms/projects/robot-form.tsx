import { MultiSelect, Radio, Select, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { MAX_ROBOT_NAME_LENGTH, ROBOT_NAME } from '../../../src/domain/robots.ts';
import { DAY_MS } from '../../../src/domain/time.ts';
import { changeRobot, createRobot, type Robot, type RobotSecret } from '../../api/robots.ts';
import { useMe } from '../../api/session.ts';
import { workspaceNamesQuery } from '../../api/workspaces.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { FormDialog } from '../form-dialog.tsx';

/** The lifetimes of a robot in days, each with the key of its text. */
const LIFETIMES = {
  7: 'tokens.week',
  30: 'tokens.month',
  90: 'tokens.quarter',
  365: 'tokens.year',
} as const;

const FOREVER = '0';
const AS_IT_IS = '';

interface RobotFormProps extends DialogState {
  readonly projectId: number;
  /** Absent: a new one. */
  readonly robot?: Robot | undefined;
  /** Called with a new robot and its secret, or null after a change. */
  readonly onSaved: (name: string, made: RobotSecret | null) => void;
}

interface Values extends Record<string, unknown> {
  readonly name: string;
  readonly rights: 'pull' | 'pullAndPush';
  readonly workspaces: readonly string[];
  readonly end: string;
}

/** Asks what a robot may do, where and until when, and creates or changes it. */
export function RobotForm({ projectId, robot, onSaved, ...dialog }: RobotFormProps) {
  const { t } = useTranslation();
  const isName = (name: string) => name.length <= MAX_ROBOT_NAME_LENGTH && ROBOT_NAME.test(name);
  const submit = async (values: Values) => {
    if (!robot) return await createRobot(projectId, { name: values.name, ...toRights(values) });
    await changeRobot(projectId, robot.id, toRights(values));
    return null;
  };
  return (
    <FormDialog
      {...dialog}
      size="lg"
      title={robot ? t('robots.edit', { name: robot.name }) : t('robots.create')}
      form={{
        initialValues: {
          name: robot?.name ?? '',
          rights: robot?.mayPush ? 'pullAndPush' : 'pull',
          workspaces: robot?.workspaces ?? [],
          end: robot ? AS_IT_IS : FOREVER,
        } as Values,
        validate: { name: (name) => (isName(name) ? null : t('robots.nameInvalid')) },
      }}
      action={robot ? t('common.save') : t('common.create')}
      submit={submit}
      onDone={(made, { name }) => onSaved(name, made)}
    >
      {(form) => <RobotFields form={form} isNew={!robot} />}
    </FormDialog>
  );
}

interface FieldsProps {
  readonly form: UseFormReturnType<Values>;
  readonly isNew: boolean;
}

function RobotFields({ form, isNew }: FieldsProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: workspaces = [] } = useQuery(workspaceNamesQuery(me));
  const ends = Object.entries(LIFETIMES).map(([value, key]) => ({ value, label: t(key) }));
  return (
    <>
      {isNew && (
        <TextInput
          label={t('common.name')}
          description={t('robots.nameHint')}
          required
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
      )}
      <Radio.Group label={t('robots.rights')} {...form.getInputProps('rights')}>
        <Stack gap="xs" mt={4}>
          <Radio value="pull" label={t('robots.pull')} />
          <Radio value="pullAndPush" label={t('robots.pullAndPush')} />
        </Stack>
      </Radio.Group>
      <MultiSelect
        label={t('common.workspaces')}
        description={t('robots.workspacesHint')}
        data={[...new Set([...workspaces, ...form.values.workspaces])]}
        searchable
        clearable
        maxValues={100}
        nothingFoundMessage={t('push.nothingFound')}
        {...form.getInputProps('workspaces')}
      />
      <Select
        label={t('tokens.expires')}
        allowDeselect={false}
        data={[
          ...(isNew ? [] : [{ value: AS_IT_IS, label: t('robots.keepEnd') }]),
          ...ends,
          { value: FOREVER, label: t('robots.forever') },
        ]}
        {...form.getInputProps('end')}
      />
    </>
  );
}

function toRights({ rights, workspaces, end }: Values) {
  const days = Number(end);
  const expiresAt = end === FOREVER ? null : new Date(Date.now() + days * DAY_MS).toISOString();
  return {
    mayPush: rights === 'pullAndPush',
    workspaces: workspaces.length === 0 ? null : [...workspaces],
    ...(end === AS_IT_IS ? {} : { expiresAt }),
  };
}
