import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Project } from '../../api/projects.ts';
import { useMe } from '../../api/session.ts';
import { workspaceChoicesQuery } from '../../api/workspaces.ts';

/** The project and the workspace to push to, as PlaceFields lets them be chosen. */
export type PlaceChoice = ReturnType<typeof usePlaceChoice>;

/** Holds the chosen project and the chosen workspace of it. */
export function usePlaceChoice(firstProject: Project, firstWorkspace?: string) {
  const me = useMe();
  const [project, setProject] = useState(firstProject);
  const [chosen, setWorkspace] = useState(firstWorkspace);
  const { data, error, refetch } = useQuery(workspaceChoicesQuery(me, project.id));
  /** Names of the project's workspaces; undefined while they are loading. */
  const workspaces = data?.map(({ name }) => name);
  const workspace = workspaces?.find((name) => name === chosen) ?? workspaces?.[0];
  return { project, setProject, workspaces, workspace, setWorkspace, error, refetch };
}
