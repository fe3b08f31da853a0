import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { showHidden } from '../../../src/domain/hidden-characters.ts';
import type { Project } from '../../api/projects.ts';

/** A department and a project of it, by id; null: not chosen yet. */
export interface ProjectChoice {
  readonly departmentId: number | null;
  readonly projectId: number | null;
}

interface ProjectFieldsProps {
  readonly projects: readonly Project[];
  readonly value: ProjectChoice;
  readonly onChange: (value: ProjectChoice) => void;
  /** What is wrong with the choice of the project. */
  readonly error: string | undefined;
}

/** Chooses a department, and a project of it. */
export function ProjectFields({ projects, value, onChange, error }: ProjectFieldsProps) {
  const { t } = useTranslation();
  const { departmentId, projectId } = value;
  const departments = new Map(projects.map(({ department }) => [department.id, department]));
  const inDepartment = projects.filter(({ department }) => department.id === departmentId);
  const chooseDepartment = (id: string | null) => {
    const inside = projects.filter(({ department }) => String(department.id) === id);
    const only = inside.length === 1 ? inside[0]?.id : undefined;
    onChange({ departmentId: Number(id), projectId: only ?? null });
  };
  return (
    <>
      <Select
        label={t('workspaces.department')}
        placeholder={t('workspaces.chooseDepartment')}
        required
        searchable
        allowDeselect={false}
        data={[...departments.values()].map(toOption)}
        nothingFoundMessage={t('workspaces.nothingFound')}
        value={toValue(departmentId)}
        onChange={chooseDepartment}
      />
      <Select
        label={t('workspaces.project')}
        placeholder={t('workspaces.chooseProject')}
        required
        searchable
        allowDeselect={false}
        disabled={departmentId === null}
        data={inDepartment.map(toOption)}
        nothingFoundMessage={t('workspaces.nothingFound')}
        value={toValue(projectId)}
        onChange={(id) => onChange({ departmentId, projectId: Number(id) })}
        error={error}
      />
    </>
  );
}

const toValue = (id: number | null) => (id === null ? null : String(id));

function toOption({ id, name }: { readonly id: number; readonly name: string }) {
  return { value: String(id), label: showHidden(name) };
}
