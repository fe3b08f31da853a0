import { Paper, Stack, Switch, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeProject, type Project } from '../../api/projects.ts';
import { FormAlert } from '../../forms/form-errors.tsx';
import { notify } from '../../ui/notices.tsx';

interface ProtectionTabProps {
  readonly project: Project;
  /** Whether the user may change it. */
  readonly mayEdit: boolean;
}

const RULES = ['ownersOnly', 'robotDeletes'] as const;
type Rule = (typeof RULES)[number];

/** What a project reserves to its owners, and what its push credential may delete. */
export function ProtectionTab({ project, mayEdit }: ProtectionTabProps) {
  const { t } = useTranslation();
  const change = useMutation({
    mutationFn: (rule: Rule) => changeProject(project.id, { [rule]: !project[rule] }),
    onSuccess: () => notify(t('projects.protectionSaved', { name: project.name })),
  });
  return (
    <Stack maw={640}>
      <FormAlert error={change.error} />
      {RULES.map((rule) => (
        <Paper key={rule} withBorder p="md">
          <Switch
            label={t(`projects.${rule}`)}
            description={t(`projects.${rule}Text`)}
            checked={project[rule]}
            disabled={!mayEdit || change.isPending}
            onChange={() => change.mutate(rule)}
          />
        </Paper>
      ))}
      {!mayEdit && (
        <Text size="sm" c="dimmed">
          {t('projects.askOwner')}
        </Text>
      )}
    </Stack>
  );
}
