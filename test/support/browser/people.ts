import type { Login } from '../server.ts';
import type { Console } from './console.ts';

const PASSWORD = 'a password of somebody 9';

/**
 * A user, who can sign in at once; with the role in the project if one is given.
 * @param role `[project's number, role]`
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

/** A project in a department of its own; answers its number. */
export async function makeProject(console: Console, name: string): Promise<number> {
  const department = await console.api('POST', '/departments', { name: `Department of ${name}` });
  const project = await console.api('POST', '/projects', { departmentId: department.id, name });
  return Number(project.id);
}

/** A workspace in a project. */
export async function makeWorkspace(
  console: Console,
  projectId: number,
  name: string,
  access: 'private' | 'public',
): Promise<void> {
  await console.api('POST', `/projects/${projectId}/workspaces`, { name, access });
}
