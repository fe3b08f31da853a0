import { projectUsername } from './project-credential.ts';
import type { TokenLimits } from './roles.ts';

/** The most robots of a project. */
export const MAX_ROBOTS = 100;

/** The beginning of every robot's secret. */
export const ROBOT_SECRET_PREFIX = 'orr_';

/** The grammar of robot names: a user name with one needs no quotes in a shell or in YAML. */
export const ROBOT_NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
export const MAX_ROBOT_NAME_LENGTH = 64;

const USERNAME = /^project-[1-9][0-9]{0,14}\+/;

/** The user name of a robot, `project-7+ci`. No user's name has a plus sign. */
export function robotUsername(projectId: number, name: string): string {
  return `${projectUsername(projectId)}+${name}`;
}

/** Whether a user name can be a robot's only. */
export function isRobotUsername(username: string): boolean {
  return USERNAME.test(username);
}

/** What a robot may do, and where: the permission table allows it no more in any case. */
export interface RobotRights {
  /** Whether it pushes, too. */
  readonly mayPush: boolean;
  /** Names of the only workspaces it uses; null: all of its project, and to pull all public ones. */
  readonly workspaces: readonly string[] | null;
}

/** The limits of a robot, as those of an access token. */
export function robotLimits({ mayPush, workspaces }: RobotRights): TokenLimits {
  return { rights: mayPush ? ['read', 'write'] : ['read'], workspaces };
}
