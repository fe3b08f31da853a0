import { Select, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/projects.ts';

interface PlaceFieldsProps {
  readonly projects: readonly Project[];
  readonly project: Project;
  readonly onProject: (project: Project) => void;
  /** Names of the project's workspaces; undefined while they are on their way. */
  readonly workspaces: readonly string[] | undefined;
  readonly workspace: string | undefined;
  readonly onWorkspace: (workspace: string) => void;
}

/** Which project, where there are several, and which of its workspaces. */
export function PlaceFields(props: PlaceFieldsProps) {
  const { projects, project, onProject, workspaces, workspace, onWorkspace } = props;
  const { t } = useTranslation();
  const choose = (id: string | null) => {
    const found = projects.find((one) => String(one.id) === id);
    if (found) onProject(found);
  };
  const isMany = projects.length > 1;
  return (
    <SimpleGrid cols={{ base: 1, xs: isMany ? 2 : 1 }}>
      {isMany && (
        <Select
          label={t('push.project')}
          data={projects.map(({ id, name, department }) => ({
            value: String(id),
            label: `${department.name} / ${name}`,
          }))}
          value={String(project.id)}
          onChange={choose}
          allowDeselect={false}
          searchable
          nothingFoundMessage={t('push.nothingFound')}
        />
      )}
      <Select
        label={t('push.workspace')}
        data={workspaces ?? []}
        value={workspace ?? null}
        onChange={(name) => name && onWorkspace(name)}
        disabled={!workspaces?.length}
        allowDeselect={false}
        searchable
        nothingFoundMessage={t('push.nothingFound')}
      />
    </SimpleGrid>
  );
}
