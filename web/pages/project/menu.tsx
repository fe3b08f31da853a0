import { Button, Group } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { changeProject, deleteProject, type Project } from '../../api/projects.ts';
import { useMe } from '../../api/session.ts';
import { ConfirmDialog } from '../../forms/confirm-dialog.tsx';
import { NameDialog } from '../../forms/name-dialog.tsx';
import { paths } from '../../paths.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { notify } from '../../ui/notices.tsx';

/** The actions on a project: owners rename it, cloud admins delete it. */
export function ProjectMenu({ project }: { readonly project: Project }) {
  const { t } = useTranslation();
  const { isAdmin } = useMe();
  const renaming = useDialog<true>();
  const deletion = useDialog<true>();
  return (
    <Group gap="xs">
      <Button variant="default" onClick={() => renaming.open(true)}>
        {t('common.rename')}
      </Button>
      {isAdmin && (
        <Button variant="outline" color="red" onClick={() => deletion.open(true)}>
          {t('common.delete')}
        </Button>
      )}
      <NameDialog
        {...renaming.props}
        title={t('projects.rename', { name: project.name })}
        label={t('common.name')}
        name={project.name}
        action={t('common.save')}
        write={(name) => changeProject(project.id, { name })}
      />
      <DeleteProject {...deletion.props} project={project} />
    </Group>
  );
}

interface DeleteProjectProps extends DialogState {
  readonly project: Project;
}

function DeleteProject({ project, ...dialog }: DeleteProjectProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id, name } = project;
  return (
    <ConfirmDialog
      {...dialog}
      title={t('projects.deleteTitle', { name })}
      action={t('common.delete')}
      isDestructive
      confirm={() => deleteProject(id)}
      onDone={() => {
        notify(t('projects.deleted', { name }));
        return navigate(paths.projects());
      }}
    >
      {t('projects.deleteText')}
    </ConfirmDialog>
  );
}
