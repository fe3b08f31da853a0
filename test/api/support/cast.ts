import type { Role } from '../../../src/domain/roles.ts';
import { ANONYMOUS, type Caller, makeAdmin, signInAs } from '../../support/worker/api-client.ts';
import { query } from '../../support/worker/database.ts';
import { makeProject, makeUser, type User } from '../../support/worker/people.ts';

/** All callers, by their relation to one project. */
export const PARTS = ['nobody', 'outsider', 'viewer', 'developer', 'owner', 'admin'] as const;
export type Part = (typeof PARTS)[number];

/** A project and its callers. */
export interface Cast {
  readonly project: number;
  readonly callers: Readonly<Record<Part, Caller>>;
  readonly users: Readonly<Record<'outsider' | Role, User>>;
}

/** Creates a project with one member of each role, an outsider and a cloud admin, all signed in. */
export async function makeCast(): Promise<Cast> {
  const project = await makeProject();
  const users = {
    outsider: await makeUser(),
    viewer: await makeUser({ [project]: 'viewer' }),
    developer: await makeUser({ [project]: 'developer' }),
    owner: await makeUser({ [project]: 'owner' }),
  };
  const callers = {
    nobody: ANONYMOUS,
    outsider: await signInAs(users.outsider),
    viewer: await signInAs(users.viewer),
    developer: await signInAs(users.developer),
    owner: await signInAs(users.owner),
    admin: await makeAdmin(),
  };
  return { project, callers, users };
}

/** Sets the role of a user in a project. */
export async function setRole(project: number, user: User, role: Role): Promise<void> {
  await query(
    `INSERT INTO members (project_id, user_id, role, created_at) VALUES (?, ?, ?, 0)
      ON CONFLICT DO UPDATE SET role = excluded.role`,
    project,
    user.id,
    role,
  );
}
