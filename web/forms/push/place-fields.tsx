import { Select, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { showHidden } from '../../../src/domain/hidden-characters.ts';
import type { Project } from '../../api/projects.ts';
import type { PlaceChoice } from './place-choice.ts';

interface PlaceFieldsProps {
  readonly projects: readonly Project[];
  readonly place: PlaceChoice;
}

/** Chooses a project, if there are several, and one of its workspaces. */
export function PlaceFields({ projects, place }: PlaceFieldsProps) {
  const { t } = useTranslation();
  const { project, setProject, workspaces, workspace, setWorkspace } = place;
  const choose = (id: string | null) => {
    const found = projects.find((one) => String(one.id) === id);
    if (found) setProject(found);
  };
  const isMany = projects.length > 1;
  return (
    <SimpleGrid cols={{ base: 1, xs: isMany ? 2 : 1 }}>
      {isMany && (
        <Select
          label={t('push.project')}
          data={projects.map(({ id, name, department }) => ({
            value: String(id),
            label: showHidden(`${department.name} / ${name}`),
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
        onChange={(name) => name && setWorkspace(name)}
        disabled={!workspaces?.length}
        allowDeselect={false}
        searchable
        nothingFoundMessage={t('push.nothingFound')}
      />
    </SimpleGrid>
  );
}
