import type { Login } from '../server.ts';
import type { Console } from './console.ts';

const PASSWORD = 'a password of somebody 9';

/**
 * Creates a user who can sign in, with a role in a project if one is given.
 * @param role `[project's id, role]`
 */
export async function makeUser(
  console: Console,
  username: string,
  role?: readonly [number, 'viewer' | 'developer' | 'owner'],
): Promise<Login> {
  await console.api('POST', '/users', { name: username, password: PASSWORD });
  if (role) {
    const [project, name] = role;
    await console.api('POST', `/projects/${project}/members`, { user: username, role: name });
  }
  return { username, password: PASSWORD };
}

/** Creates a project in a new department; returns its id. */
export async function makeProject(console: Console, name: string): Promise<number> {
  const department = await console.api('POST', '/departments', { name: `Department of ${name}` });
  const project = await console.api('POST', '/projects', { departmentId: department.id, name });
  return Number(project.id);
}

/** Creates a workspace in a project. */
export async function makeWorkspace(
  console: Console,
  projectId: number,
  name: string,
  access: 'private' | 'public',
): Promise<void> {
  await console.api('POST', `/projects/${projectId}/workspaces`, { name, access });
}
