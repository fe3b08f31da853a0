import { api } from './client.ts';
import type { Input, Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

const ALL = '/projects/{projectId}/robots';
const ONE = `${ALL}/{robotId}` as const;

export type Robot = Item<`get ${typeof ALL}`>;
export type RobotSecret = ResponseBody<`post ${typeof ALL}`>;
type NewRobot = Input<`post ${typeof ALL}`>['body'];
type RobotChange = Input<`patch ${typeof ONE}`>['body'];

const keyOf = (projectId: number) => ['projects', projectId, 'robots'];

/** The robots of a project by name. */
export const robotsQuery = (projectId: number) =>
  pagedQuery(keyOf(projectId), (cursor) =>
    api(`get ${ALL}`, { params: { projectId }, query: { cursor, limit: PAGE_SIZE } }),
  );

/** Creates a robot; its secret is in this response only. */
export async function createRobot(projectId: number, body: NewRobot): Promise<RobotSecret> {
  const made = await api(`post ${ALL}`, { params: { projectId }, body });
  await refresh(projectId);
  return made;
}

export async function changeRobot(
  projectId: number,
  robotId: number,
  body: RobotChange,
): Promise<void> {
  await api(`patch ${ONE}`, { params: { projectId, robotId }, body });
  await refresh(projectId);
}

/** Replaces the secret of a robot; the new one is in this response only. */
export async function rotateRobot(projectId: number, robotId: number): Promise<RobotSecret> {
  return await api(`post ${ONE}/rotation`, { params: { projectId, robotId } });
}

export async function deleteRobot(projectId: number, robotId: number): Promise<void> {
  await api(`delete ${ONE}`, { params: { projectId, robotId } });
  await refresh(projectId);
}

async function refresh(projectId: number): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keyOf(projectId) });
}
