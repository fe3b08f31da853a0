import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Project } from '../../api/projects.ts';
import { useMe } from '../../api/session.ts';
import { workspaceChoicesQuery } from '../../api/workspaces.ts';

/** Where something is pushed to, as PlaceFields lets it be chosen. */
export type PlaceChoice = ReturnType<typeof usePlaceChoice>;

/** A project and one of its workspaces, which change as they are chosen. */
export function usePlaceChoice(firstProject: Project, firstWorkspace?: string) {
  const me = useMe();
  const [project, setProject] = useState(firstProject);
  const [chosen, setWorkspace] = useState(firstWorkspace);
  const { data, error, refetch } = useQuery(workspaceChoicesQuery(me, project.id));
  /** Names of the project's workspaces; undefined while they are on their way. */
  const workspaces = data?.map(({ name }) => name);
  const workspace = workspaces?.find((name) => name === chosen) ?? workspaces?.[0];
  return { project, setProject, workspaces, workspace, setWorkspace, error, refetch };
}
